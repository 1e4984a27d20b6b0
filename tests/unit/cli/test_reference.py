import pytest

from cli.reference import REFERENCE, reference


@pytest.mark.generated
def test_the_reference_says_what_the_verbs_say() -> None:
    assert REFERENCE.read_text() == reference(), "stale: run `python -m cli.reference`"


def test_the_reference_has_every_verb() -> None:
    text = reference()
    for verb in ("demo", "generate", "jobs retry", "dlq discard", "pages revise", "db check", "doctor"):
        assert f"\n## pagewright {verb}\n" in text

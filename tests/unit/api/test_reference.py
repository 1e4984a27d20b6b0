import pytest

from api.reference import REFERENCE, reference


@pytest.mark.generated
def test_the_reference_is_what_the_api_says_of_itself() -> None:
    assert REFERENCE.read_text() == reference(), "stale: run `python -m api.reference`"

import pytest

from cli.client.answers import Job, Step
from cli.verbs.generate import say_if_short


@pytest.mark.parametrize(
    ("ai", "steps", "is_told"), [(False, 2, True), (False, 4, True), (False, 5, False), (True, 2, False)]
)
def test_a_short_page_of_the_sandbox_is_explained(
    capsys: pytest.CaptureFixture[str], *, ai: bool, steps: int, is_told: bool
) -> None:
    written = tuple(Step(step=f"section:{number}", status="done") for number in range(steps))
    say_if_short(Job(id="job_1", page_id="page_1", status="completed", ai=ai, steps=written))
    assert ("adds nothing of its own" in capsys.readouterr().err) is is_told

"""What a shell is told when somebody asks it to complete a command line."""

import os
from pathlib import Path

import pytest

from tests.programs import python

PROGRAM = "from cli.main import main; import sys; sys.argv = ['pagewright']; main()"


def completed(*typed: str) -> list[str]:
    """Return what bash offers for the last of the words."""
    environment = {
        **os.environ,
        "_PAGEWRIGHT_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("pagewright", *typed)),
        "COMP_CWORD": str(len(typed)),
    }
    done = python(PROGRAM, environment=environment)
    assert done.stderr == ""
    return done.stdout.split()


def test_verbs_are_completed_though_none_is_loaded() -> None:
    assert completed("d") == ["demo", "doctor", "dlq", "db"]
    assert completed("sched") == ["schedules"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("schedules", "re"), ["resume"]),
        (("dlq", "d"), ["discard"]),
        (("schedules", "delete", "--y"), ["--yes"]),
        (("schedules", "create", "--overlap", "b"), ["buffer_one"]),
        (("jobs", "list", "--status", "c"), ["completed", "cancelled"]),
        (("dlq", "retry", "--error-type", "RATE"), ["RATE_LIMIT"]),
    ],
)
def test_verbs_under_a_verb_and_options_and_their_values_are_completed(
    typed: tuple[str, ...], offered: list[str]
) -> None:
    assert completed(*typed) == offered


def test_the_script_for_bash_is_shown(tmp_path: Path) -> None:
    done = python(
        PROGRAM.replace("['pagewright']", "['pagewright', '--show-completion', 'bash']"),
        environment={**os.environ, "HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
    )
    assert "_PAGEWRIGHT_COMPLETE=complete_bash" in done.stdout, done.stderr

from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from cli.main import VERBS, assemble
from tests.programs import ROOT, pagewright, python

HEAVY = ("rich", "pydantic", "temporalio", "sqlalchemy", "fastapi", "httpx", "pydantic_ai")


def test_help_loads_nothing_heavy() -> None:
    program = (
        f"import sys; from cli.main import assemble; assemble(set()); print([m for m in {HEAVY} if m in sys.modules])"
    )
    assert python(program).stdout == "[]\n"


@pytest.mark.generated
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_listed_with_the_words_of_its_own_help(verb: str) -> None:
    listed, loaded = (
        CliRunner().invoke(assemble(verbs), ["--help"], prog_name="pagewright", terminal_width=200).output
        for verbs in (set[str](), {verb})
    )
    assert sorted(listed.splitlines()) == sorted(loaded.splitlines())


def test_the_version_is_the_packages() -> None:
    assert pagewright("--version").stdout == f"pagewright {version('pagewright')}\n"


def test_an_unknown_verb_is_refused_with_a_suggestion() -> None:
    ended = pagewright("docter")
    assert ended.returncode == 2
    assert "Did you mean 'doctor'" in ended.stderr


def test_every_verb_has_a_module() -> None:
    assert [verb for verb in VERBS if not (ROOT / "cli" / "verbs" / f"{verb}.py").exists()] == []


def test_a_setting_that_cannot_be_read_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_SHUTDOWN_GRACE", "soon")
    ended = pagewright("db", "check")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert "PAGEWRIGHT_SHUTDOWN_GRACE" in ended.stderr
    assert "Traceback" not in ended.stderr

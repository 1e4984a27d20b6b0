"""The command line as it is run, against recorded answers over real HTTP."""

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
import structlog

from cli.main import main
from tests.integration.cli.replay import TOKEN, Replay, replaying


@dataclass(frozen=True, slots=True)
class Done:
    """How a verb ended and what it printed."""

    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


@pytest.fixture
def api() -> Iterator[Replay]:
    """Serve the recorded API."""
    with replaying() as replay:
        yield replay


@pytest.fixture
def pagewright(
    api: Replay, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Pagewright:
    """Return a function that runs a verb in an empty directory, as its own process would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEWRIGHT_URL", api.url)
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", TOKEN)

    def run(*arguments: str, stdin: str | bytes | None = "", typed: str | None = None) -> Done:
        monkeypatch.setattr("sys.argv", ["pagewright", *arguments])
        monkeypatch.setattr("sys.stdin", _piped(stdin) if typed is None else _Typed(typed))
        capsys.readouterr()
        with _own_logs(), pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        return Done(code, printed.out, printed.err)

    return run


class _Typed(StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@contextmanager
def _own_logs() -> Generator[None]:
    """Undo afterwards what a verb that serves does to the logs of its process: here they are those of all tests."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


def _piped(said: str | bytes | None) -> TextIOWrapper | None:
    """Return what stdin is to a process that something is piped into; without it stdin is closed."""
    if said is None:
        return None
    return TextIOWrapper(BytesIO(said.encode() if isinstance(said, str) else said), encoding="utf-8")

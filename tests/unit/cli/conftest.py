"""Events as the API tells them, and an API that answers from a script."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import httpx
import pytest
from pydantic import JsonValue

from cli.client.client import Api
from cli.client.event import Event

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Story:
    """Makes events, numbered in their order, a second apart."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, type_: str, **data: JsonValue) -> Event:
        seq = next(self._numbers)
        at = START + timedelta(seconds=seq)
        return Event.model_validate({"seq": seq, "type": type_, "at": at, "data": data})


@pytest.fixture
def tell() -> Story:
    """Return a function that makes a job's next event."""
    return Story()


class Answering:
    """An API over a transport of the test's own, what was said while waiting, and the waits nobody sat out."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.notes: list[str] = []

    @asynccontextmanager
    async def by(self, answer: Callable[[httpx.Request], httpx.Response]) -> AsyncGenerator[Api]:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as http:
            yield Api(http, self.notes.append, self.pause)

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def answering() -> Answering:
    """Return an API that answers what a test says."""
    return Answering()


_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Terminal = Callable[[Callable[[], None], int], str]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Return a function that does something on a terminal so many columns wide, and returns its lines."""
    for name, value in {"TERM": "xterm", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    def shown(work: Callable[[], None], columns: int) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        capsys.readouterr()
        work()
        return _SEQUENCE.sub("", capsys.readouterr().out)

    return shown

"""The fake vendor as a process of its own: it outlives every kill of the stack, and so does its ledger."""

import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self

import httpx

from tests.programs import start, tied
from tests.temporal_server import free_port
from tests.vendors.behaviour import Act
from tests.vendors.ledger import Entry, read_ledger

MODEL: Final = "openai:gpt-6-luna"


class RunningVendor:
    """A vendor that answers well, `latency` seconds after each request, until it is told otherwise."""

    def __init__(self, folder: Path, latency: float) -> None:
        """Keep the ledger in `folder`."""
        self._ledger = folder / "ledger.jsonl"
        self._port = free_port()
        self._latency = latency

    @property
    def environment(self) -> dict[str, str]:
        """What a stack is given to ask this vendor, and nobody else."""
        return {
            "OPENAI_API_KEY": "sk-test-openai",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self._port}/v1",
            "PAGEWRIGHT_MODELS": MODEL,
        }

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every request that ever arrived."""
        return read_ledger(self._ledger)

    def next(self, tag: str, *acts: Act) -> None:
        """Do these with the next requests for a step: `outline` or `section:<anchor>`."""
        self._script({"model": tag, "next": [act.model_dump() for act in acts]})

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        program = (sys.executable, "-m", "tests.vendors.server", "--port", str(self._port))
        options = ("--ledger", str(self._ledger), "--latency", str(self._latency))
        self._process = start(*tied(*program, *options), stderr=None)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _script(self, body: dict[str, Any]) -> None:
        answer = httpx.post(f"http://127.0.0.1:{self._port}/_script", json=body, trust_env=False, timeout=20)
        assert answer.status_code == HTTPStatus.OK

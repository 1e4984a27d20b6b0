"""The fake vendor's own book of requests: one entry for every request that arrived, whatever became of it."""

import asyncio
import json
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.vendors.behaviour import Behaviour


class Outcome(StrEnum):
    """How a request ended."""

    OPEN = "open"
    """Not yet; or never, because the vendor's process was killed."""
    ANSWERED = "answered"
    """The whole answer was written, be it good or an error."""
    BROKEN = "broken"
    """The client went away, or the vendor broke the connection."""


class Entry(BaseModel):
    """One request that arrived."""

    model_config = ConfigDict(frozen=True)

    number: int
    """From 1, in order of arrival."""
    at: float
    """Seconds since the epoch."""
    vendor: str
    """`openai`, `openai-compatible`, `anthropic` or `google`, by the wire format."""
    model: str
    """As the vendor spells it."""
    tag: str
    """What was asked for: `outline`, `section:<anchor>` or `probe`."""
    request: int
    """1, or 2 for the second request of a try, which names the first one's errors."""
    prompt: str
    """Hash of the brief, the same for all requests of a page."""
    behaviour: Behaviour
    outcome: Outcome = Outcome.OPEN

    @property
    def answered(self) -> bool:
        """Whether the vendor would bill it as answered."""
        return self.outcome is Outcome.ANSWERED


class Ledger:
    """Entries in memory, and in a JSONL file if a path is given: one line on arrival, one at the end."""

    def __init__(self, path: Path | None = None) -> None:
        """Append to the file at `path`; numbers go on from what it holds."""
        self._path = path
        self._changed = asyncio.Event()
        self._entries = {entry.number: entry for entry in read_ledger(path)} if path is not None else {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in order of arrival."""
        return tuple(self._entries.values())

    async def until(self, holds: Callable[[tuple[Entry, ...]], bool]) -> None:
        """Wait until the entries are so, at most 30 s."""
        async with asyncio.timeout(30):
            while not holds(self.entries):
                await self._changed.wait()

    def arrived(self, vendor: str, model: str, tag: str, request: int, prompt: str, behaviour: Behaviour) -> int:
        """Enter a request; returns its number."""
        number = len(self._entries) + 1
        entry = Entry(
            number=number,
            at=time.time(),
            vendor=vendor,
            model=model,
            tag=tag,
            request=request,
            prompt=prompt,
            behaviour=behaviour,
        )
        self._entries[number] = entry
        self._append(entry.model_dump_json())
        return number

    def ended(self, number: int, outcome: Outcome) -> None:
        """Say how it ended."""
        self._entries[number] = self._entries[number].model_copy(update={"outcome": outcome})
        self._append(json.dumps({"number": number, "outcome": outcome}))

    def _append(self, line: str) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def read_ledger(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a ledger file, also while the vendor still writes it; none when there is no file."""
    if not path.exists():
        return ()
    found: dict[int, Entry] = {}
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            break  # being written right now
        values = json.loads(line)
        number, outcome = int(values["number"]), Outcome(values["outcome"])
        known = found.get(number)
        found[number] = Entry.model_validate(values) if known is None else known.model_copy(update={"outcome": outcome})
    return tuple(found.values())

"""Choices drawn from a text: the same text, the same choices, on every machine and Python version."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Draw:
    """An endless row of choices seeded by a text."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._round = 0
        self._bytes = iter(b"")

    def below(self, limit: int) -> int:
        """Return an int from 0 to `limit` - 1; `limit` is at most 256."""
        return self._byte() % limit

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Return one of `things`."""
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Return all of `things` in a drawn order."""
        rest = list(things)
        return [rest.pop(self.below(len(rest))) for _ in things]

    def _byte(self) -> int:
        byte = next(self._bytes, None)
        if byte is None:
            self._bytes = iter(hashlib.sha256(f"{self._round}:{self._seed}".encode()).digest())
            self._round += 1
            return next(self._bytes)
        return byte

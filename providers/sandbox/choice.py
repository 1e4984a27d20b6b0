"""Choices that look free and are not: the same seed, brief and question give the same answer on every machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

_Option = TypeVar("_Option")


@dataclass(frozen=True, slots=True)
class Choice:
    """A source of choices for one page. Python's own `hash` differs between processes and is not used."""

    seed: int
    salt: str
    """What else the page's choices depend on, for example its name."""

    def number(self, question: str, below: int) -> int:
        """Return a number from 0 to `below` - 1."""
        digest = blake2b(f"{self.seed}\0{self.salt}\0{question}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % below

    def one_of(self, options: Sequence[_Option], question: str) -> _Option:
        """Return one of the options; there is at least one."""
        return options[self.number(question, len(options))]

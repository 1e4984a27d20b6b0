"""A claimed line: what Temporal still has to be told of it."""

from dataclasses import dataclass

from domain.dead_letter import DeadLetterStatus
from domain.ids import DeadLetterId
from workflows import contracts


@dataclass(frozen=True, slots=True)
class LetterEnd:
    """A dead letter whose row is closed and whose workflow is to end."""

    name: DeadLetterId
    status: DeadLetterStatus
    holds_more: bool = False
    """Whether it holds finished sections that the database has lost."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A line whose start is written down. Told again, Temporal does the same."""

    number: int
    page: contracts.PageInput | None = None
    """The round to start; None when it has begun or there is none."""
    letter: LetterEnd | None = None

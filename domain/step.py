"""A step: one piece of a page written by a model. `outline`, or `section:<n>` with n from 0."""

from enum import StrEnum
from typing import Final

OUTLINE_STEP: Final = "outline"
_SECTION: Final = "section:"


class StepStatus(StrEnum):
    """Where a step of a round stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    DELAYED = "delayed"
    """Backing off before its next try."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """The round ended before the step did."""


def section_step(index: int) -> str:
    """Return the name of the step that writes the section at `index`, from 0."""
    return f"{_SECTION}{index}"


def section_index(step: str) -> int:
    """Return the index of the section a step writes. Raises ValueError for other steps."""
    if not step.startswith(_SECTION):
        message = f"{step!r} writes no section"
        raise ValueError(message)
    return int(step.removeprefix(_SECTION))

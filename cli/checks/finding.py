"""What `doctor` finds out about one part."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a part is."""

    OK = "ok"
    NOTE = "note"
    """Works as it is; worth knowing."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, how it is, and what mends it when it is broken."""

    part: str
    health: Health
    detail: str
    remedy: str = ""


def ok(part: str, detail: str) -> Finding:
    """Return the finding of a part that works."""
    return Finding(part, Health.OK, detail)


def note(part: str, detail: str, remedy: str = "") -> Finding:
    """Return the finding of a part that works, or is not needed, and has something to be said of it."""
    return Finding(part, Health.NOTE, detail, remedy)


def broken(part: str, detail: str, remedy: str) -> Finding:
    """Return the finding of a part that does not work."""
    return Finding(part, Health.BROKEN, detail, remedy)

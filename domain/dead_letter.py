"""A dead letter: a failed round held with its error, its finished sections and what it cost."""

from enum import StrEnum


class DeadLetterStatus(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    RETRIED = "retried"
    DISCARDED = "discarded"

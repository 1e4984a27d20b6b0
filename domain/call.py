"""A call: one request to one model. The unit of money."""

from enum import StrEnum
from typing import Final

from domain.errors import ErrorType
from domain.model import Document


class CallStatus(StrEnum):
    """What became of a request."""

    OPEN = "open"
    """Committed before the request left; its end is not known yet."""
    SUCCEEDED = "succeeded"
    """Its result was kept, and charged."""
    INVALID = "invalid"
    """Answered, billed by the vendor, and unusable."""
    FAILED = "failed"
    """Answered with an error, or not in time."""
    CANCELLED = "cancelled"
    """Aborted by a cancel; the vendor may still bill it."""
    LOST = "lost"
    """The worker died before it could write the end down; cost unknown, never charged."""


UNANSWERED: Final = frozenset({ErrorType.TIMEOUT, ErrorType.NETWORK_ERROR})
"""Failures after which the vendor may have worked all the same; an error it answered with is not billed."""


def may_still_be_billed(status: str, error_type: str | None, *, cost_known: bool) -> bool:
    """Return whether the vendor may bill a request more than is known of its cost."""
    if cost_known or status == CallStatus.OPEN:
        return False
    return status != CallStatus.FAILED or error_type in UNANSWERED


class Usage(Document):
    """Tokens of one request as the vendor counted them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    """The part of the prompt the vendor read from its cache."""
    cache_write_tokens: int = 0
    """The part of the prompt the vendor wrote to its cache, which some sell dearer."""
    reasoning_tokens: int = 0
    """The part of the completion the vendor spent on reasoning."""

"""A dead letter: a failed round held with its error, its finished sections and what it cost."""

from enum import StrEnum
from typing import Final

from domain.errors import ErrorType

OF_THE_JOB: Final = "USD a job"
"""How the message of a COST_LIMIT ends that is about a job's own cap."""
DAY_IS_SPENT: Final = "the installation's cap for today is reached"
"""How one begins that is about the day's: without a figure, because all tenants' spending is in it."""
OF_THE_DAY: Final = "USD a day"
"""How that one ended in 0.1.0, where it was about the tenant's own day."""


class DeadLetterStatus(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    RETRIED = "retried"
    DISCARDED = "discarded"


class RetryNeed(StrEnum):
    """What has to be otherwise for a retry to end better than the round before."""

    HIGHER_CAP = "higher_cap"
    """The job's cap was in the way; a retry may be given a higher one."""
    NEXT_DAY = "next_day"
    """The day's cap was in the way; it begins anew at midnight UTC."""
    OTHER_ROUTE = "other_route"


def retry_need(error_type: str, message: str | None) -> RetryNeed | None:
    """Return what a retry after a failure needs; None where the same may succeed later."""
    if error_type == ErrorType.COST_LIMIT:
        told = message or ""
        is_of_day = told.startswith(DAY_IS_SPENT) or told.endswith(OF_THE_DAY)
        return RetryNeed.NEXT_DAY if is_of_day else RetryNeed.HIGHER_CAP
    known = error_type in ErrorType.__members__
    return RetryNeed.OTHER_ROUTE if known and not ErrorType(error_type).mends_by_waiting else None

"""The types of failure a step can end with, the same in code, tables, JSON and Temporal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ErrorType(StrEnum):
    """Why a vendor request, a step or a round failed. The value is also `ApplicationError.type`."""

    TIMEOUT = "TIMEOUT"
    RATE_LIMIT = "RATE_LIMIT"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    PROVIDER_ERROR = "PROVIDER_ERROR"
    NETWORK_ERROR = "NETWORK_ERROR"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    AUTH_ERROR = "AUTH_ERROR"
    MODEL_ERROR = "MODEL_ERROR"
    COST_LIMIT = "COST_LIMIT"
    UNKNOWN = "UNKNOWN"

    @property
    def mends_by_waiting(self) -> bool:
        """Whether the same request to the same model may succeed later."""
        return self in _MENDS_BY_WAITING


_MENDS_BY_WAITING: Final = frozenset(
    {
        ErrorType.TIMEOUT,
        ErrorType.RATE_LIMIT,
        ErrorType.SERVICE_UNAVAILABLE,
        ErrorType.PROVIDER_ERROR,
        ErrorType.NETWORK_ERROR,
        ErrorType.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, to what, in our own words: never a vendor's text, which may carry keys or outputs."""

    type: ErrorType
    message: str
    """At most 500 characters."""

"""Errors nobody foresaw, in our own words: a fault of ours ends a round in the end, and a history repeats no input."""

from typing import Any, Final

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor
from typing_extensions import override

from activities.call import JobMissingError
from domain.errors import ErrorType
from storage.database import is_away
from workflows import contracts

_ATTEMPTS: Final = 5
_OF_A_ROUND: Final = frozenset(
    {contracts.BEGIN_ROUND, contracts.WRITE_OUTLINE, contracts.WRITE_SECTION, contracts.FINISH_PAGE}
)
"""Activities whose failure a dead letter can hold. All others are tried until they succeed: nothing else would."""

log = structlog.get_logger()


class UnforeseenErrors(Interceptor):
    """Gives a round up whose activity keeps failing by a fault of ours, and not before the database is back."""

    @override
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap the next interceptor."""
        return _Inbound(next)


class _Inbound(ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except FailureError:
            raise
        except Exception as error:
            log.exception("activity failed in an unforeseen way")
            raise _told(error, activity.info()) from None


def _told(error: Exception, info: activity.Info) -> ApplicationError:
    """Return what Temporal is told of an error: its kind, never its text."""
    kind = type(error).__name__
    message = f"{info.activity_type} failed in an unforeseen way ({kind}); the worker's log has the rest"
    passes = is_away(error) or isinstance(error, JobMissingError)
    if passes or info.activity_type not in _OF_A_ROUND or info.attempt < _ATTEMPTS:
        return ApplicationError(message, type=kind)
    return ApplicationError(message, type=ErrorType.UNKNOWN, non_retryable=True)

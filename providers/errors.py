"""From whatever a vendor request can raise to our error types: one table, read from the top."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx2
from pydantic import ValidationError
from pydantic_ai import exceptions

from domain.errors import ErrorType, Failure
from domain.route import ModelName
from providers.wire import SecondRequestError

_MAX_MESSAGE: Final = 500
_GOOD: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)
_ODD_SHAPE: Final = "answered in a shape it does not document"
_MAX_RETRY_AFTER: Final = 86_400.0
"""Seconds: a day. A header may hold any number."""

Row = tuple[Callable[[Exception], bool], ErrorType, str]
"""When it applies, what it is, and what we say happened: never the vendor's words."""


@dataclass(frozen=True, slots=True)
class Translation:
    """An exception in our terms. `retry_after` is how long the vendor asks to be left alone."""

    failure: Failure
    retry_after: timedelta | None


def translate(model: ModelName, error: Exception, status: int | None) -> Translation:
    """Say what `error` means. `status` is that of the HTTP answer, None when none had begun."""
    type_, what = _row(error, status)
    retry_after = _retry_after(error)
    answered = what.format(status=f"answered {_status(error, status)}")
    wait = f"; it asks to wait {retry_after.total_seconds():g} s" if retry_after is not None else ""
    return Translation(Failure(type_, f"{model} {answered}{wait}"[:_MAX_MESSAGE]), retry_after)


def _status(error: Exception, status: int | None) -> str:
    known = error.status_code if isinstance(error, exceptions.ModelHTTPError) else status
    return "an error" if known is None or known in _GOOD else str(known)


def _row(error: Exception, status: int | None) -> tuple[ErrorType, str]:
    if status in _REDIRECT:
        return ErrorType.MODEL_ERROR, "{status}, a redirect: its base URL in our settings is wrong"
    for applies, type_, what in _TABLE:
        if applies(error):
            return type_, what
    if status in _GOOD:
        # The SDKs build their objects unchecked: an answer of another shape fails wherever it is first read.
        return ErrorType.VALIDATION_ERROR, _ODD_SHAPE
    return ErrorType.UNKNOWN, f"failed in an unexpected way ({type(error).__name__})"


def _is(*types: type[Exception]) -> Callable[[Exception], bool]:
    return lambda error: isinstance(error, types)


def _has_status(low: int, high: int) -> Callable[[Exception], bool]:
    return lambda error: isinstance(error, exceptions.ModelHTTPError) and low <= error.status_code <= high


def _is_unreadable(error: Exception) -> bool:
    # pydantic-ai has no class for a body that is not JSON: it raises its base class from the decoder's error.
    return type(error) is exceptions.ModelAPIError and (
        isinstance(error.__cause__, (ValueError, UnicodeDecodeError)) or _is_text(error)
    )


def _is_text(error: exceptions.ModelAPIError) -> bool:
    return error.__cause__ is None and error.message.startswith("Expected a JSON response")


def _caused_by(*types: type[Exception]) -> Callable[[Exception], bool]:
    def applies(error: Exception) -> bool:
        seen: BaseException | None = error
        while seen is not None:
            if isinstance(seen, types):
                return True
            seen = seen.__cause__
        return False

    return applies


_TABLE: Final[tuple[Row, ...]] = (
    (_caused_by(SecondRequestError), ErrorType.VALIDATION_ERROR, "left its answer unfinished"),
    (
        _is(TimeoutError, exceptions.ModelTimeoutError, exceptions.ModelRequestTimeout, httpx2.TimeoutException),
        ErrorType.TIMEOUT,
        "did not answer in time",
    ),
    (
        _is(exceptions.ModelConnectionError, httpx2.TransportError, OSError),
        ErrorType.NETWORK_ERROR,
        "could not be reached, or the connection broke off",
    ),
    (
        _is(exceptions.ModelQuotaExceededError),
        ErrorType.AUTH_ERROR,
        "{status}: the account's quota or credit is used up",
    ),
    (
        _is(exceptions.ModelAuthenticationError),
        ErrorType.AUTH_ERROR,
        "{status}: it does not accept the key, or the key may not use this model",
    ),
    (_is(exceptions.ModelRateLimitError), ErrorType.RATE_LIMIT, "{status}: too many requests"),
    (
        _is(exceptions.ModelUnavailableError),
        ErrorType.SERVICE_UNAVAILABLE,
        "{status}: it is overloaded or out of service",
    ),
    (
        _is(exceptions.ModelContextWindowExceededError),
        ErrorType.MODEL_ERROR,
        "{status}: the request is longer than its context window",
    ),
    (_is(exceptions.ModelNotFoundError), ErrorType.MODEL_ERROR, "{status}: it has no such model or address"),
    (_is(exceptions.ModelRequestRejectedError), ErrorType.MODEL_ERROR, "{status}: it rejects the request"),
    (_is(exceptions.ContentFilterError), ErrorType.MODEL_ERROR, "refused to answer"),
    (_is(exceptions.UserError), ErrorType.MODEL_ERROR, "cannot take this kind of request"),
    (_is(exceptions.ModelServerError), ErrorType.PROVIDER_ERROR, "{status}: it failed on its side"),
    (_has_status(408, 408), ErrorType.TIMEOUT, "{status}: it gave up waiting"),
    (_has_status(400, 499), ErrorType.MODEL_ERROR, "{status}: it rejects the request"),
    (_has_status(500, 599), ErrorType.PROVIDER_ERROR, "{status}: it failed on its side"),
    (
        _is(exceptions.OutputTokenLimitExceeded),
        ErrorType.VALIDATION_ERROR,
        "reached the token limit before its answer was complete",
    ),
    (_is_unreadable, ErrorType.VALIDATION_ERROR, "answered with something that is not JSON"),
    (
        _is(exceptions.UnexpectedModelBehavior, ValidationError, json.JSONDecodeError, UnicodeDecodeError),
        ErrorType.VALIDATION_ERROR,
        _ODD_SHAPE,
    ),
    (_is(exceptions.ModelAPIError), ErrorType.UNKNOWN, "{status} of a kind it does not document"),
)


def _retry_after(error: Exception) -> timedelta | None:
    if not isinstance(error, exceptions.ModelAPIError) or error.retry_after is None:
        return None
    return timedelta(seconds=min(error.retry_after, _MAX_RETRY_AFTER))

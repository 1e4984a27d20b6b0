"""What the API refuses, told to the person at the terminal (RFC 9457)."""

import json
from typing import Final, cast

import httpx
from pydantic import JsonValue, ValidationError

from cli.client.hint import hint_of
from cli.errors import UserError
from cli.formats import clean
from domain.model import Document

IS_IT_UP: Final = "Is the stack up? Start it with: pagewright up. PAGEWRIGHT_URL names another one."

_BUSY: Final = frozenset({409, 429, 503})
_LONGEST_WAIT: Final = 30.0


class FieldError(Document):
    """One field of a request and what is wrong with it."""

    field: str = ""
    message: str = ""


class Problem(Document):
    """The body of a refusal."""

    title: str = ""
    detail: str = ""
    code: str = ""
    errors: tuple[FieldError, ...] = ()


class ApiError(UserError):
    """The API answered, and refused. `status` is HTTP's.

    `retry_after` is set, in seconds, when it asks for the very same request again: it is busy with the one before, has
    too many, or is not whole yet.
    """

    def __init__(self, status: int, problem: Problem, retry_after: float | None = None) -> None:
        """Tell a refusal with all its fields."""
        super().__init__(_told(status, problem), hint_of(problem.code, status))
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


class UnreachableError(UserError):
    """Nobody answered."""

    def __init__(self, url: str, error: httpx.TransportError) -> None:
        """Tell that nobody answered at `url`."""
        reason = clean(str(error)) or type(error).__name__
        super().__init__(f"The API at {url} does not answer: {reason}.", IS_IT_UP)


def refusal(response: httpx.Response) -> ApiError:
    """Return the error of a response that is not a success. Its body must have been read."""
    status = response.status_code
    return ApiError(status, _problem(response), _retry_after(response) if status in _BUSY else None)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the wait the API asks for; None when it asks for none, or for one too long to sit out."""
    asked = response.headers.get("Retry-After", "")
    seconds = float(asked) if asked.isdecimal() else None
    return seconds if seconds is not None and seconds <= _LONGEST_WAIT else None


def _problem(response: httpx.Response) -> Problem:
    """Return what the body says; a proxy's or another server's page says nothing we could repeat."""
    try:
        return Problem.model_validate(cast("JsonValue", response.json()))
    except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
        return Problem(title=response.reason_phrase)


def _told(status: int, problem: Problem) -> str:
    """Return title, detail and fields, one a line; a field the detail names already is not said twice."""
    title, detail = clean(problem.title) or "The API refused", clean(problem.detail)
    fields = [": ".join(filter(None, (clean(error.field), clean(error.message)))) for error in problem.errors]
    head = f"{title}: {detail}" if detail else f"{title} (HTTP {status})"
    told = zip(fields, problem.errors, strict=True)
    return "\n".join([head, *(f"  - {field}" for field, error in told if clean(error.message) not in detail)])

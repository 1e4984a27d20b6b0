"""Refusals: one exception, one body (application/problem+json, RFC 9457), one place where they meet."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from api.schemas.problem import FieldError, Problem
from api.wording import wording_of
from storage.database import is_away

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 2
"""After which a request that found something away may be sent again."""

_NO_FIELD: Final = frozenset({"body", "query", "path", "header", "cookie"})

log = structlog.get_logger()


class ProblemError(Exception):
    """A request that is refused. `code` is stable; `detail` says what happened to what and what to do next."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse with an HTTP status; `errors` name the fields at fault."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def body(self, instance: str) -> Problem:
        """Return the body of the refusal of a request to the path `instance`."""
        return Problem(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            code=self.code,
            instance=instance,
            errors=self.errors,
        )

    def response(self, instance: str) -> Response:
        """Return the response to a request to the path `instance`."""
        body = self.body(instance).model_dump_json()
        return Response(body, self.status, headers=self.headers, media_type=MEDIA_TYPE)


def not_found(noun: str, name: str) -> ProblemError:
    """Return the refusal of a name nothing of the tenant has."""
    return ProblemError(HTTPStatus.NOT_FOUND, f"{noun.replace(' ', '_')}_not_found", f"there is no {noun} {name}")


def conflict(code: str, detail: str) -> ProblemError:
    """Return the refusal of what the present state does not allow."""
    return ProblemError(HTTPStatus.CONFLICT, code, detail)


def unprocessable(code: str, errors: Sequence[FieldError]) -> ProblemError:
    """Return the refusal of a body whose fields cannot be taken."""
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, code, _told(errors), errors=errors)


def invalid_field(field: str, message: str, code: str = "invalid_field") -> ProblemError:
    """Return the refusal of one field."""
    return unprocessable(code, [FieldError(field=field, message=message)])


def unavailable(code: str, detail: str) -> ProblemError:
    """Return the refusal of what cannot be done just now; the same request may be sent again."""
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, code, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def register(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""
    for kind, answer in (
        (ProblemError, _refused),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (SQLAlchemyError, _database_away),
        (OSError, _database_away),
        (Exception, _unforeseen),
    ):
        app.add_exception_handler(kind, answer)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    return error.response(request.url.path)


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    details: Sequence[Mapping[str, Any]] = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        message = "the body is not JSON"
        problem = ProblemError(
            HTTPStatus.BAD_REQUEST, "malformed_json", message, errors=[FieldError(field="body", message=message)]
        )
    else:
        problem = unprocessable("invalid_request", [field_error(detail) for detail in details])
    return problem.response(request.url.path)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    detail = _DETAILS.get(status, error.detail)
    at_fault = [FieldError(field="body", message=detail)] if status in _OF_THE_BODY else []
    problem = ProblemError(status, status.name.lower(), detail, errors=at_fault, headers=error.headers)
    return problem.response(request.url.path)


_DETAILS: Final = {
    HTTPStatus.NOT_FOUND: "there is nothing at this path; /docs lists what there is",
    HTTPStatus.BAD_REQUEST: "the body cannot be read",
}

_OF_THE_BODY: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
)


def _database_away(request: Request, error: Exception) -> Response:
    if not is_away(error):
        raise error
    log.error("database cannot be used", reason=str(error.__cause__ or error)[:300])
    detail = "the database cannot be used just now; /readyz says more"
    return unavailable("database_unavailable", detail).response(request.url.path)


def _unforeseen(request: Request, error: Exception) -> Response:
    # The server logs the error itself: it is raised again behind this answer.
    del error
    detail = "something unforeseen went wrong; the API's log has the reason"
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail).response(request.url.path)


def field_error(detail: Mapping[str, Any]) -> FieldError:
    """Return what one of pydantic's errors says, with the field's name as it was sent."""
    location: Sequence[str | int] = detail["loc"]
    names = location[1:] if len(location) > 1 and location[0] in _NO_FIELD else location
    if location[0] == "query":
        names = names[:1]  # nobody numbered what they gave several times
    return FieldError(field=".".join(map(str, names)), message=wording_of(detail))


def _told(errors: Sequence[FieldError]) -> str:
    return "; ".join(f"{error.field}: {error.message}" for error in errors)

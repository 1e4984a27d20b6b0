"""What routes answer with, as the docs show it."""

from http import HTTPStatus
from typing import Any, Final

from api.problem import MEDIA_TYPE
from api.schemas.problem import Problem
from domain.model import Document

_CASES: Final = {
    400: ("malformed_json", "the body is not JSON"),
    401: ("invalid_token", "this token is not taken: it has expired"),
    403: ("missing_scope", "this needs a token with the scope jobs.write; yours lacks it"),
    404: ("job_not_found", "there is no job job_01K3V8Z4M0E9C7B2Q5T1R6W8XY"),
    408: ("request_timeout", "the body comes too slowly: 1200 bytes in 20 s"),
    409: ("wrong_state", "job_01K3V8Z4M0E9C7B2Q5T1R6W8XY is completed and cannot be cancelled"),
    413: ("request_entity_too_large", "the body is larger than 1,000,000 bytes"),
    415: ("unsupported_media_type", "send the body as application/json, not as text/plain"),
    422: ("invalid_field", "brief.prices.0.price: has to be text"),
    429: ("rate_limited", "more than 6000 requests in a minute; send the next one in 42 s"),
    503: ("temporal_unavailable", "Temporal or its worker does not answer; send the same again"),
}

Responses = dict[int | str, dict[str, Any]]


def answered(status: HTTPStatus, example: Document) -> Responses:
    """Return the docs of a success, with an example that is one of our own types.

    Examples are text until the docs are put together, which keeps their nulls.
    """
    return {int(status): {"content": {"application/json": {"example": example.model_dump_json()}}}}


def problems(*statuses: int) -> Responses:
    """Return the docs of refusals."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    code, detail = _CASES[status]
    phrase = HTTPStatus(status).phrase
    example = Problem(title=phrase, status=status, detail=detail, code=code, instance="/api/ai/jobs")
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIA_TYPE: {"schema": schema, "example": example.model_dump_json()}}
    return {"description": phrase, "content": content}

"""The OpenAPI document, in our own words where FastAPI has others."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.followups import link
from api.intake.brief import brief_schema, brief_text_schema
from api.responses import problems
from api.schemas.problem import Problem

_OF_EVERY_REQUEST: Final = (400, 422, 429, 503)
_OF_A_BODY: Final = (408, 413, 415)
_VALIDATION_ERRORS: Final = ("HTTPValidationError", "ValidationError")
_DESCRIPTION: Final = """
A brief goes in, a validated page comes out; nothing is lost, and nothing is charged twice.

* All but health, metrics, these docs and published pages needs a bearer token; Authorize takes it. `pagewright token
  mint` makes one for a tenant, with the scopes it is given; each operation names those it takes. The owner's token has
  all of them and lies in `owner.token` in the data directory (`.data`).
* Every answer is `{"data": ...}`, every refusal `application/problem+json` with a stable `code`.
* Lists take `limit` and `cursor`; `nextCursor` of an answer is the next `cursor`.
* A POST that may spend or publish takes an `Idempotency-Key`: sent again, it does nothing twice. After a 503, or when
  the connection was lost, send the same request with the same key.
* Money is USD with six decimals, in usage reports with all nine; null means that no one knows.
* HEAD is answered wherever GET is.
"""


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the document of an app; it is put together once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
        for operation in _operations(document):
            _say_problem(operation["responses"])
            _say_what_every_route_refuses(operation)
            _spell_examples_out(operation["responses"])
            _leave_null_out(operation.get("parameters", ()))
        document["components"]["schemas"] = _schemas(document["components"]["schemas"])
        link(document["paths"])
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _say_problem(responses: dict[str, Any]) -> None:
    """Describe a refused parameter as it is answered: FastAPI describes its own answer."""
    invalid = str(int(HTTPStatus.UNPROCESSABLE_ENTITY))
    if "application/json" in responses.get(invalid, {}).get("content", {}):
        responses[invalid] = problems(int(invalid))[int(invalid)]


def _say_what_every_route_refuses(operation: dict[str, Any]) -> None:
    """Describe what guards answer: to odd addresses, too many requests, unreadable bodies, and without a database."""
    statuses = (*_OF_EVERY_REQUEST, *(_OF_A_BODY if "requestBody" in operation else ()))
    refusals = {str(status): refusal for status, refusal in problems(*statuses).items()}
    operation["responses"] = dict(sorted({**refusals, **operation["responses"]}.items()))


def _spell_examples_out(responses: dict[str, Any]) -> None:
    """Turn the examples of answers from text to JSON: on its way here, FastAPI drops every null."""
    for response in responses.values():
        for media_type, content in response.get("content", {}).items():
            if media_type.endswith("json") and isinstance(content.get("example"), str):
                content["example"] = json.loads(content["example"])


def _leave_null_out(parameters: list[dict[str, Any]]) -> None:
    """Describe a parameter by what it may be where it is given: an address and a header have no null."""
    for parameter in parameters:
        schema = parameter["schema"]
        given = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
        if given:
            del schema["anyOf"]
            parameter["schema"] = (given[0] if len(given) == 1 else {"anyOf": given}) | schema
        elif given:
            schema["anyOf"] = given


def _schemas(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas with our problems instead of FastAPI's errors, and with all that a brief may hold."""
    ours = {name: schema for name, schema in schemas.items() if name not in _VALIDATION_ERRORS}
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    brief = json.loads(json.dumps(brief_schema()).replace("#/$defs/", "#/components/schemas/Brief"))
    parts = {f"Brief{name}": part for name, part in brief.pop("$defs").items()}
    for schema in ours.values():
        source = schema.get("properties", {}).get("brief")
        if source is not None:
            source["oneOf"] = [brief_text_schema(), {"$ref": "#/components/schemas/Brief"}]
    return dict(sorted({**ours, **problem.pop("$defs", {}), "Problem": problem, "Brief": brief, **parts}.items()))

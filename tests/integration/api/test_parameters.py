"""Parameters that a route does not have: refused on every route of the document."""

import re
from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest

from api.guards.parameters import VISITED
from settings import Settings
from storage.database import Database
from tests.integration.api.operations import Operation, operations_of

_PATH_PARAMETER: Final = re.compile(r"\{\w+\}")


async def sent(http: httpx.AsyncClient, operation: Operation, query: Mapping[str, str]) -> httpx.Response:
    """Send an operation, about something that does not exist."""
    path = _PATH_PARAMETER.sub("1", operation.path)
    return await http.request(operation.method, path, params=query, json=operation.body)


async def test_every_route_refuses_a_parameter_it_does_not_have(
    lone: httpx.AsyncClient, settings: Settings, database: Database
) -> None:
    assert database.is_sqlite
    operations = [one for one in operations_of(settings) if not one.path.startswith(VISITED)]
    taken: dict[str, object] = {}
    for operation in operations:
        answer = await sent(lone, operation, {"no_such_parameter": "1"})
        found: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        fields = [error["field"] for error in found.get("errors", ())]
        if (answer.status_code, found.get("code"), fields) != (422, "unknown_parameter", ["no_such_parameter"]):
            taken[operation.name] = answer.status_code, found
    assert len(operations) > 50
    assert taken == {}


async def test_every_parameter_of_the_document_is_known(
    lone: httpx.AsyncClient, settings: Settings, database: Database
) -> None:
    assert database.is_sqlite
    unknown: list[tuple[str, str]] = []
    known = [(operation, name) for operation in operations_of(settings) for name in operation.query]
    for operation, name in known:
        answer = await sent(lone, operation, {name: "no such value"})
        if "unknown_parameter" in answer.text:
            unknown.append((operation.name, name))
    assert len(known) > 40
    assert unknown == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status=completed&older_than=7d", "there is no such parameter; is olderThan meant?"),
        ("status=completed&before=7d", "there is no such parameter; there are olderThan, status"),
    ],
)
async def test_a_misspelt_age_removes_nothing_and_the_right_name_is_told(
    lone: httpx.AsyncClient, database: Database, query: str, message: str
) -> None:
    assert database.is_sqlite
    answer = await lone.delete(f"/api/ai/queue?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == message


async def test_a_published_page_is_found_with_the_parameters_of_whoever_links_to_it(
    lone: httpx.AsyncClient, database: Database
) -> None:
    assert database.is_sqlite
    answer = await lone.get("/p/nothing?utm_source=newsletter")
    assert (answer.status_code, answer.json()["code"]) == (404, "published_page_not_found")

"""Access to every route of the OpenAPI document: not without a token, not without its scope, never to others' things.

A route that is new is walked by itself. What these tests cannot know of it (an id for its path, or why it says
something to a tenant that has nothing) must be written into the tables below; without that they fail.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest
from pydantic import JsonValue

from api.guards.auth import is_public
from domain.access import EVERY_SCOPE
from settings import Settings
from storage.database import Database
from tests.integration.api.installation import BRIEF, OPENAI, Installation, speaking
from tests.integration.api.operations import Operation, operations_of
from tests.integration.api.tokens import issuer_of, minted
from tests.vendors.behaviour import Act, Behaviour

_STRANGER: Final = "orchard"

WALKED_AS: Final[Mapping[str, str]] = {
    "jobs/{job}": "job_01HZZZZZZZZZZZZZZZZZZZZZZZ",
    "dlq/{name}": "dlq_job_01HZZZZZZZZZZZZZZZZZZZZZZZ_1",
    "pages/{page}": "page_01HZZZZZZZZZZZZZZZZZZZZZZZ",
    "versions/{number}": "1",
    "batches/{batch}": "batch_01HZZZZZZZZZZZZZZZZZZZZZZZ",
    "schedules/{schedule}": "sched_01HZZZZZZZZZZZZZZZZZZZZZZZ",
    "queue/{provider}": "sandbox",
    "p/{slug}": "nothing",
}
"""An id of no one, by the collection and the parameter of a path: what it takes to reach a route."""

OF_THE_INSTALLATION: Final[Mapping[str, str]] = {
    "GET /auth/me": "",  # the token's own
    "GET /api/audit": ".records",  # its own token was minted
    "GET /api/models": "",
    "GET /api/brief-schema": "",
    "GET /api/ai/prices": "",
    "GET /api/ai/queue": ".queues",  # the owner's tenant is told of all
}
"""Parts of answers that are the same for everybody, by where they begin: they tell nothing of anyone."""

STEERS_WHAT_IS_SHARED: Final = frozenset(
    {
        "POST /api/ai/queue/pause",  # queues belong to all tenants
        "POST /api/ai/queue/resume",
        "PUT /api/ai/queue/{provider}/limits",
        "POST /codec/decode",  # a tenant's payloads are in no way marked as its own
        "POST /codec/encode",
    }
)
"""Writes that are no tenant's: the owner's sends them alone."""

Body = Callable[[Mapping[str, tuple[str, ...]]], JsonValue]


def letters(ids: Mapping[str, tuple[str, ...]]) -> JsonValue:
    return {"ids": list[JsonValue](ids["dlq/{name}"])}


def letters_with_a_reason(ids: Mapping[str, tuple[str, ...]]) -> JsonValue:
    return {"ids": list[JsonValue](ids["dlq/{name}"]), "reason": "not mine"}


WITHOUT_A_NAME: Final[Mapping[str, Body | None]] = {
    "POST /api/ai/jobs": None,
    "POST /api/ai/jobs/batch": None,
    "POST /api/ai/estimate": None,
    "POST /api/ai/schedules": None,  # with another's page in its body: test_schedule
    "DELETE /api/ai/queue": None,
    "POST /api/ai/dlq/retry": letters,
    "POST /api/ai/dlq/discard": letters_with_a_reason,
}
"""Writes whose path names nothing: they may make what is the caller's own, and must not touch what is others'. The
bodies name what is others'; where there is none, the docs' example is sent."""


@pytest.fixture
def operations(settings: Settings) -> tuple[Operation, ...]:
    """Return what the document names."""
    return operations_of(settings)


def reach(operation: Operation) -> str:
    """Return a path of an operation. Fails for a path parameter that has no id in the table."""
    ids = {parameter: [WALKED_AS[parameter]] for parameter in known(operation, WALKED_AS)}
    return next(operation.paths(ids))


def known(operation: Operation, table: Mapping[str, object]) -> tuple[str, ...]:
    """Return an operation's path parameters, which must all be in a table."""
    unknown = [parameter for parameter in operation.parameters if parameter not in table]
    if unknown:
        pytest.fail(f"{operation.name}: say in the tables of this file which ids {' and '.join(unknown)} has")
    if operation.needs_query:
        pytest.fail(f"{operation.name} cannot be walked without {' and '.join(operation.needs_query)}")
    return operation.parameters


async def test_every_route_is_public_by_name_or_asks_for_a_token(
    http: httpx.AsyncClient, operations: tuple[Operation, ...]
) -> None:
    assert len(operations) > 30
    for operation in operations:
        response = await operation.send(http, reach(operation), token=None)
        if is_public(operation.path):
            assert operation.security == (), operation.name
            assert response.status_code not in {401, 403}, operation.name
        else:
            assert operation.security, f"{operation.name} lacks needs(...)"
            assert response.status_code == 401, operation.name
            assert response.json()["code"] == "unauthorized", operation.name


async def test_every_route_refuses_a_token_that_lacks_its_scope_alone(
    http: httpx.AsyncClient, operations: tuple[Operation, ...], settings: Settings, database: Database
) -> None:
    issuer = issuer_of(settings, database)
    asked = [(operation, missing) for operation in operations for missing in operation.lacking]
    assert len(asked) > 30
    tokens = {
        missing: (await minted(issuer, scopes=EVERY_SCOPE - missing)).token for missing in {pair[1] for pair in asked}
    }
    for operation, missing in asked:
        response = await operation.send(http, reach(operation), tokens[missing])
        assert response.status_code == 403, (operation.name, missing, response.text)
        assert response.json()["code"] == "missing_scope", operation.name
        named = re.findall(r'scope="(.*)"', response.headers["www-authenticate"])[0].split()
        assert set(named) == frozenset().union(*operation.ways), operation.name


async def test_any_way_in_that_the_document_names_lets_a_token_in(
    http: httpx.AsyncClient, operations: tuple[Operation, ...], settings: Settings, database: Database
) -> None:
    """No id in these paths is anyone's: who is let in finds nothing."""
    issuer = issuer_of(settings, database)
    several = [operation for operation in operations if len(operation.ways) > 1]
    assert {operation.path.rpartition("/")[2] for operation in several} == {"pause", "resume", "cancel"}
    for operation in several:
        for way in operation.ways:
            response = await operation.send(http, reach(operation), (await minted(issuer, scopes=way)).token)
            assert response.status_code == 404, (operation.name, way, response.text)


async def test_a_scope_holds_no_other_one(
    http: httpx.AsyncClient, operations: tuple[Operation, ...], settings: Settings, database: Database
) -> None:
    issuer = issuer_of(settings, database)
    for scope in EVERY_SCOPE:
        token = (await minted(issuer, scopes=frozenset({scope}))).token
        for operation in operations:
            if operation.method == "GET" and operation.security and all(way - {scope} for way in operation.ways):
                response = await operation.send(http, reach(operation), token)
                assert response.status_code == 403, (operation.name, scope)


async def test_what_all_tenants_share_is_steered_by_the_owners_alone(
    http: httpx.AsyncClient, operations: tuple[Operation, ...], settings: Settings, database: Database
) -> None:
    issuer = issuer_of(settings, database)
    stranger = (await minted(issuer, _STRANGER)).token
    shared = [operation for operation in operations if operation.name in STEERS_WHAT_IS_SHARED]
    assert len(shared) == len(STEERS_WHAT_IS_SHARED)
    for operation in shared:
        response = await operation.send(http, reach(operation), stranger)
        assert (response.status_code, response.json()["code"]) == (403, "not_the_operator"), operation.name
    queues = (await http.get("/api/ai/queue", headers={"Authorization": f"Bearer {stranger}"})).json()["data"]["queues"]
    assert queues
    assert {queue["backlog"] or queue["pollers"] or queue["runningCalls"] for queue in queues} <= {None, 0}


async def test_nothing_of_another_tenant_can_be_read_guessed_counted_or_changed(
    installation: Installation, operations: tuple[Operation, ...]
) -> None:
    issuer = issuer_of(installation.settings, installation.database)
    owners = (await minted(issuer, "harbour")).token
    strangers = [(await minted(issuer, _STRANGER)).token, str(installation.http.headers["Authorization"])[7:]]
    async with speaking(str(installation.http.base_url), owners) as http:
        harbour = Installation(
            installation.settings, installation.database, installation.client, installation.vendor, http
        )
        async with harbour.working():
            ids = await belongings(harbour)
        before = await everything(harbour, operations, ids)
        assert not [name for name, status in statuses(before).items() if status >= 400]
        for stranger in strangers:
            for operation in sorted(operations, key=lambda operation: operation.method != "GET"):
                await walk(harbour, operation, ids, stranger)
        assert await everything(harbour, operations, ids) == before


async def belongings(harbour: Installation) -> dict[str, tuple[str, ...]]:
    """Make a published page, a batch, and a job that failed; return the ids of all there is. Needs a worker."""
    batch = await made(harbour, "/api/ai/jobs/batch", [{"brief": BRIEF, "route": [OPENAI]}])
    await harbour.until(lambda: is_completed(harbour, batch))
    [item] = (await harbour.get(f"/api/ai/batches/{batch}/items"))["items"]
    job = await harbour.until_status(item["jobId"], "completed")
    page = job["pageId"]
    assert (await harbour.post(f"/api/pages/{page}/publish")).status_code == 200
    harbour.vendor.always("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
    failed = await harbour.submit(tries=1)
    await harbour.until_status(failed, "failed")
    return {
        "jobs/{job}": (job["id"], failed),
        "batches/{batch}": (batch,),
        "dlq/{name}": (failed, f"dlq_{failed}_1"),
        "pages/{page}": (page,),
        "versions/{number}": ("1",),
        "schedules/{schedule}": (await scheduled(harbour, page),),
    }


async def scheduled(harbour: Installation, page: str) -> str:
    """Make a schedule that is not due while the test runs; return its id."""
    return await made(harbour, "/api/ai/schedules", {"name": "offer", "pageId": page, "cron": "0 6 29 feb *"})


async def made(harbour: Installation, path: str, body: JsonValue) -> str:
    """Make something and return its id; a Temporal that is slow to answer is asked again, as clients do."""
    headers = {"Idempotency-Key": "made-once"}
    response = await harbour.http.post(path, json=body, headers=headers)
    while response.status_code in {409, 503}:
        await asyncio.sleep(float(response.headers["Retry-After"]))
        response = await harbour.http.post(path, json=body, headers=headers)
    assert response.is_success, response.text
    name: str = response.json()["data"]["id"]
    return name


async def is_completed(harbour: Installation, batch: str) -> bool:
    status: str = (await harbour.get(f"/api/ai/batches/{batch}"))["status"]
    return status == "completed"


async def walk(harbour: Installation, operation: Operation, ids: Mapping[str, tuple[str, ...]], token: str) -> None:
    """Send an operation with another tenant's token and hold what it must not tell."""
    if not operation.security or operation.name in STEERS_WHAT_IS_SHARED:
        return
    if operation.parameters:
        for path in operation.paths({parameter: ids[parameter] for parameter in known(operation, ids)}):
            response = await operation.send(harbour.http, path, token)
            assert response.status_code == 404, (operation.name, response.text)
    elif operation.method == "GET":
        hold(operation, await operation.send(harbour.http, operation.path, token), ids)
    elif operation.name in WITHOUT_A_NAME:
        body = WITHOUT_A_NAME[operation.name]
        told = operation if body is None else replace(operation, body=body(ids))
        hold_ids(operation, await told.send(harbour.http, operation.path, token), ids)
    else:
        pytest.fail(f"{operation.name}: say in WITHOUT_A_NAME how it could touch what is another tenant's")


def hold(operation: Operation, response: httpx.Response, ids: Mapping[str, tuple[str, ...]]) -> None:
    """Hold that a read tells a tenant that has nothing neither an id nor a number."""
    assert response.status_code == 200, (operation.name, response.text)
    hold_ids(operation, response, ids)
    shared = OF_THE_INSTALLATION.get(operation.name, "nothing")
    numbers = [(where, value) for where, value in figures(_data(operation, response)) if not where.startswith(shared)]
    told = [f"{where}: {value}" for where, value in numbers if value]
    assert not told, f"{operation.name} tells a tenant that has nothing: {told}"


def _data(operation: Operation, response: httpx.Response) -> JsonValue:
    """Return what an answer tells."""
    told: dict[str, JsonValue] = response.json()
    assert "data" in told, (operation.name, told)
    return told["data"]


def hold_ids(operation: Operation, response: httpx.Response, ids: Mapping[str, tuple[str, ...]]) -> None:
    """Hold that an answer names nothing of another tenant."""
    names = [name for parameter, values in ids.items() if parameter != "versions/{number}" for name in values]
    assert not [name for name in names if name in response.text], (operation.name, response.text)


def figures(value: JsonValue, where: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield what counts something: the numbers of an answer, and the lists that are not empty."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from figures(inner, f"{where}.{name}")
    elif isinstance(value, list | int | float) and not _SAYS_WHAT_WAS_ASKED.search(where):
        yield where, value


_SAYS_WHAT_WAS_ASKED: Final = re.compile(r"\.(hours|days|limit)$")


async def everything(
    harbour: Installation, operations: tuple[Operation, ...], ids: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Return what the tenant itself is told by every read of what is its own."""
    seen: dict[str, Any] = {}
    for operation in operations:
        if operation.method != "GET" or not operation.parameters or not operation.security:
            continue
        for path in operation.paths({parameter: ids[parameter] for parameter in known(operation, ids)}):
            response = await harbour.http.get(path)
            seen[path] = (response.status_code, response.headers["content-type"], _comparable(response))
    return seen


def statuses(seen: Mapping[str, Any]) -> dict[str, int]:
    """Return the statuses of what was seen."""
    return {path: status for path, (status, _, _) in seen.items()}


def _comparable(response: httpx.Response) -> object:
    """Return a body that is the same when nothing changed: a zip carries the time it was made."""
    return response.text if "zip" not in response.headers["content-type"] else None

"""Every write of the OpenAPI document, done for real: who did what, on what, from where, and what was different then.

A route that is new fails here until it is written into the table below, in a place where it can succeed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.guards.security import SAFE_METHODS
from domain.ids import OWNER_TENANT
from domain.route import SANDBOX_MODEL
from storage.audit import AuditFilter, AuditRecordRow
from tests.integration.api.installation import BRIEF, OPENAI, Installation
from tests.integration.api.operations import operations_of
from tests.vendors.behaviour import Act, Behaviour

_SLOW: Final = {"brief": BRIEF, "route": [SANDBOX_MODEL], "sandbox": {"latencyMs": 60_000}}
_PAYLOADS: Final = {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "e30="}]}


@dataclass(frozen=True)
class Walk:
    """An installation whose worker runs, and the ids of what is walked over."""

    installation: Installation
    ids: dict[str, str] = field(default_factory=dict[str, str])

    async def send(self, operation: str, body: Any) -> Any:  # noqa: ANN401  JSON
        """Send an operation, its parameters filled in; return what it answers."""
        method, _, path = operation.partition(" ")
        response = await self.installation.http.request(method, path.format(**self.ids), json=body)
        assert response.is_success, (operation, response.text)
        return response.json().get("data") if response.content else None

    async def records(self) -> list[AuditRecordRow]:
        """Return every record there is, newest first."""
        async with self.installation.database.read() as uow:
            return await uow.audit.newest(OWNER_TENANT, AuditFilter(), before=None, limit=200)


Prepare = Callable[[Walk], Awaitable[None]]
Settle = Callable[[Walk, Any], Awaitable[None]]


def keeps(name: str) -> Settle:
    """Keep the id of what was made."""

    async def settle(walk: Walk, made: Any) -> None:  # noqa: ANN401  JSON
        walk.ids[name] = made["id"]

    return settle


def waits_for(status: str) -> Settle:
    """Wait for the job's status."""

    async def settle(walk: Walk, _made: object) -> None:
        job = await walk.installation.until_status(walk.ids["job"], status)
        walk.ids["page"] = job["pageId"]

    return settle


async def revised(walk: Walk, job: Any) -> None:  # noqa: ANN401  JSON
    """Wait for the page's next version."""
    await walk.installation.until_status(job["id"], "completed")


async def letter(walk: Walk) -> None:
    """Let a job fail, for a dead letter."""
    walk.installation.vendor.always("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
    walk.ids["name"] = await walk.installation.submit(tries=1)
    await walk.installation.until_status(walk.ids["name"], "failed")


async def ended_job(walk: Walk) -> None:
    """Choose the job whose letter was discarded."""
    walk.ids["job"] = walk.ids["name"]


def schedule(walk: Walk) -> dict[str, str]:
    """Return a schedule of the page that is not due."""
    return {"name": "offer", "pageId": walk.ids["page"], "cron": "0 6 29 feb *"}


async def idle_page(walk: Walk) -> None:
    """Wait until the job that the schedule began has left the page."""

    async def is_idle() -> bool:
        return (await walk.installation.get(f"/api/pages/{walk.ids['page']}"))["openJob"] is None

    await walk.installation.until(is_idle, 60)


@dataclass(frozen=True)
class Write:
    """How a write is done, and the fields its record has to tell, as they were before it and as they are since."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    body: Any = None
    first: Prepare | None = None
    then: Settle | None = None
    records: int = 1


def steers(*fields: str, **how: Any) -> Write:  # noqa: ANN401  fields of a write
    """Return a write that changes some fields of something."""
    return Write(fields, fields, **how)


def makes(*fields: str, **how: Any) -> Write:  # noqa: ANN401  fields of a write
    """Return a write that makes something, which was not before."""
    return Write((), fields, **how)


REVISION: Final = {"section": 1, "instruction": "Shorter.", "baseVersion": 1, "route": [OPENAI]}
WRITES: Final[Mapping[str, Write]] = {
    "POST /api/ai/estimate": Write(body={"brief": BRIEF}, records=0),
    "POST /codec/encode": Write(body=_PAYLOADS),  # these two tell, and change nothing
    "POST /codec/decode": Write(body=_PAYLOADS),
    "POST /api/ai/jobs": makes("jobId", "pageId", "route", body=_SLOW, then=keeps("job")),
    "POST /api/ai/jobs/{job}/pause": steers("paused"),
    "POST /api/ai/jobs/{job}/resume": steers("paused"),
    "POST /api/ai/jobs/{job}/cancel": steers("cancelRequested", then=waits_for("cancelled")),
    "POST /api/ai/jobs/{job}/retry": steers("round", body={"route": [OPENAI]}, then=waits_for("completed")),
    "POST /api/pages/{page}/revise": Write(("version",), ("jobId",), REVISION, then=revised),
    "POST /api/pages/{page}/publish": steers("publishedVersion"),
    "POST /api/ai/jobs/batch": makes("batchId", "kind", "lines", body=[_SLOW, _SLOW], then=keeps("batch")),
    "POST /api/ai/batches/{batch}/pause": steers("status", "paused"),
    "POST /api/ai/batches/{batch}/resume": steers("status", "paused"),
    "POST /api/ai/batches/{batch}/cancel": steers("status", "cancelRequested", "cancelRunning", body={"running": True}),
    "POST /api/ai/schedules": makes("pageId", "cron", "paused", body=schedule, then=keeps("schedule")),
    "POST /api/ai/schedules/{schedule}/pause": steers("paused", "note", body={"note": "Over the holidays."}),
    "POST /api/ai/schedules/{schedule}/resume": steers("paused"),
    "POST /api/ai/schedules/{schedule}/trigger": Write(),  # what it begins tells of itself
    "DELETE /api/ai/schedules/{schedule}": Write(("cron",), ("deleted",)),
    "POST /api/ai/dlq/{name}/retry": Write(("round",), ("jobId", "round"), first=letter),
    "POST /api/ai/dlq/{name}/discard": steers("status", first=letter),
    "DELETE /api/ai/jobs/{job}": Write(("status",), ("removed",), first=ended_job),
    "POST /api/ai/dlq/retry": makes("batchId", "kind", "lines", body={"all": True, "force": True}, first=letter),
    "POST /api/ai/dlq/discard": makes(
        "batchId", "lines", "reason", body={"all": True, "reason": "Over."}, first=letter
    ),
    "POST /api/ai/queue/pause": steers("openai", body={"provider": "openai", "reason": "It answers nonsense."}),
    "POST /api/ai/queue/resume": steers("openai", body={"provider": "openai"}),
    "PUT /api/ai/queue/{provider}/limits": steers("openai", body={"callsPerSecond": 2}),
    "DELETE /api/ai/queue": makes("removed", "statuses", "olderThan"),
    "DELETE /api/pages/{page}": Write(("currentVersion", "publishedVersion"), ("erased",), first=idle_page),
}
"""In an order in which each finds what it needs."""


async def test_every_write_of_the_document_is_recorded_with_what_it_changed(installation: Installation) -> None:
    document = operations_of(installation.settings)
    assert WRITES.keys() == {operation.name for operation in document if operation.method not in SAFE_METHODS}
    walk = Walk(installation, {"provider": "openai"})
    async with installation.working():
        for operation, write in WRITES.items():
            if write.first is not None:
                await write.first(walk)
            known = {record.id for record in await walk.records()}
            made = await walk.send(operation, write.body(walk) if callable(write.body) else write.body)
            found = [record for record in await walk.records() if record.id not in known]
            assert len(found) == write.records, operation
            for record in found:
                hold(operation, write, record)
            if write.then is not None:
                await write.then(walk, made)


def hold(operation: str, write: Write, record: AuditRecordRow) -> None:
    """Hold that a record says who, what, on what, from where, and what was different."""
    assert f"{record.method} {record.route}" == operation
    assert (record.user, record.address, record.token_id) == ("owner", "127.0.0.1", None), operation
    assert record.target is not None or not (write.before or write.after) or "removed" in write.after, operation
    before, after = record.before or {}, record.after or {}
    assert before.keys() >= set(write.before), (operation, before)
    assert after.keys() >= set(write.after), (operation, after)
    for name in set(write.before) & set(write.after):
        assert before[name] != after[name], (operation, name, before, after)

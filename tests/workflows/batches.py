"""Batches as the tests of workflows make them: their rows, and the start of their workflow."""

from datetime import UTC, datetime
from typing import Any

from temporalio.client import WorkflowHandle
from ulid import ULID

from domain.batch import BatchKind, BatchReport, BatchStatus, ItemStatus, Line
from domain.ids import OWNER_TENANT, OWNER_USER, BatchId, JobId, batch_id, job_id
from domain.job import JobOptions
from domain.money import NANO, NanoUsd
from domain.route import SANDBOX_MODEL
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.letter_selection import LetterSelection
from tests.workflows.world import BRIEF, World
from workflows import contracts
from workflows.priority import of_batch

OPTIONS = JobOptions(route=(SANDBOX_MODEL,), max_cost=NanoUsd(NANO))


def new_batch(kind: BatchKind = BatchKind.SUBMIT, **changes: object) -> BatchRow:
    """Return the row of a batch that is stored and has not begun."""
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "id": batch_id(str(ULID())),
        "tenant": OWNER_TENANT,
        "owner": OWNER_USER,
        "kind": kind,
        "status": BatchStatus.WAITING,
        "per_second": 100,
        "in_flight": 10,
        "created_at": now,
        "updated_at": now,
    }
    usual.update(changes)
    return BatchRow(**usual)


def new_item(batch: BatchRow, number: int, options: JobOptions = OPTIONS) -> BatchItemRow:
    """Return a line that asks for a page."""
    return BatchItemRow(
        batch_id=batch.id,
        number=number,
        tenant=batch.tenant,
        status=ItemStatus.PENDING,
        job_id=job_id(str(ULID())),
        line=Line(brief=BRIEF, language="en", options=options),
    )


async def store_lines(world: World, count: int, options: JobOptions = OPTIONS, **changes: object) -> BatchId:
    """Store a batch of so many lines."""
    batch = new_batch(BatchKind.SUBMIT, total=count, **changes)
    async with world.database.write() as uow:
        uow.batches.add(batch)
        await uow.flush()
        uow.batch_items.add([new_item(batch, number, options) for number in range(1, count + 1)])
    return BatchId(batch.id)


async def store_selection(world: World, kind: BatchKind, **changes: object) -> BatchId:
    """Store a batch of every open dead letter."""
    batch = new_batch(kind, **changes)
    async with world.database.write() as uow:
        uow.batches.add(batch)
        await uow.flush()
        batch.total = await uow.letter_selections.put_into(BatchId(batch.id), LetterSelection(OWNER_TENANT))
    return BatchId(batch.id)


async def start_batch(world: World, batch: BatchId, **changes: object) -> WorkflowHandle[Any, Any]:
    """Start the workflow of a batch."""
    batch_input = contracts.BatchInput.model_validate({"batch_id": batch, "tenant": OWNER_TENANT, **changes})
    return await world.client.start_workflow(
        contracts.BATCH_WORKFLOW,
        batch_input,
        id=batch,
        task_queue=contracts.PAGES_QUEUE,
        priority=of_batch(batch_input),
        result_type=BatchReport,
    )


async def steer(world: World, batch: BatchId, signal: str, **flags: bool) -> None:
    """Set flags of a batch's row and send its workflow a signal, as the API does."""
    async with world.database.write() as uow:
        row = await uow.batches.lock(batch)
        assert row is not None
        for name, value in flags.items():
            setattr(row, name, value)
    await world.client.get_workflow_handle(batch).signal(signal)


async def items(world: World, batch: BatchId) -> list[BatchItemRow]:
    """Return the lines of a batch."""
    async with world.database.read() as uow:
        return await uow.batch_items.of_batch(batch, limit=100_000)


async def counts(world: World, batch: BatchId) -> dict[ItemStatus, int]:
    """Return the lines of a batch by status."""
    async with world.database.read() as uow:
        return dict((await uow.batch_items.counts([batch])).get(batch, {}))


async def runs_of(world: World, jobs: list[JobId]) -> int:
    """Return how many runs of their workflows some jobs have, once the server's index shows at least one each."""
    found = 0

    async def all_there() -> bool:
        nonlocal found
        listed = [run async for run in world.client.list_workflows(f"WorkflowType = '{contracts.PAGE_WORKFLOW}'")]
        found = sum(run.id in jobs for run in listed)
        return found >= len(jobs)

    await world.until(all_there)
    return found

"""Records a history of every shape a workflow can take, for the release in pyproject.toml:

    python -m tests.replay.recording

Histories of earlier releases stay as they are: dead letters and reviews live for weeks, and what was started by an old
release must replay under every later one.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import JsonValue
from temporalio.client import WorkflowFailureError, WorkflowHandle

from domain.batch import BatchKind
from domain.ids import OWNER_USER, JobId, PageId, ScheduleId
from domain.job import JobStatus, SandboxFaults
from embedded.binary import existing_binary
from tests.temporal_server import free_port, running_temporal
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Entry
from tests.workflows.batches import OPTIONS, start_batch, steer, store_lines, store_selection
from tests.workflows.queues import held
from tests.workflows.schedules import has_open_job, start_run, store_schedule
from tests.workflows.world import ANTHROPIC, OPENAI, World, making_world
from workflows import contracts

HISTORIES: Final = Path(__file__).parent / "histories"

_TEXT: Final = "section:text-2"
_UNAVAILABLE: Final = Act(behaviour=Behaviour.UNAVAILABLE)
_SOON: Final = timedelta(seconds=15)
"""A deadline that an outline meets, and a page whose section hangs does not."""


class Recorder:
    """Plays the scenarios and keeps their histories."""

    def __init__(self, world: World, folder: Path) -> None:
        """Write to `folder`."""
        self._world = world
        self._folder = folder

    async def success(self) -> None:
        """A page at the first try."""
        job = await self._world.submit()
        await self._world.result(job)
        await self._keep("success", self._world.handle(job))

    async def retry(self) -> None:
        """A page whose outline needed a second try."""
        self._world.vendor.next("outline", _UNAVAILABLE)
        job = await self._world.submit()
        await self._world.result(job)
        await self._keep("retry", self._world.handle(job))

    async def fallback(self) -> None:
        """A page written by the second model of its route."""
        self._world.vendor.always("gpt-6-luna", Act(behaviour=Behaviour.UNAUTHORIZED))
        job = await self._world.submit(route=(OPENAI, ANTHROPIC))
        await self._world.result(job)
        self._world.vendor.always("gpt-6-luna", Act())
        await self._keep("fallback", self._world.handle(job))

    async def dead_letter_and_resume(self) -> None:
        """A failed round, its dead letter, and the round that takes it up."""
        job = await self._failed()
        failed = self._world.client.get_workflow_handle(job, run_id=(await self._world.handle(job).describe()).run_id)
        await self._keep("dead-letter", failed)
        await self._world.retry(job)
        await self._world.until_status(job, JobStatus.COMPLETED)
        await self._world.result(job)
        await self._keep("dead-letter-retried", self._world.letter_handle(job))
        await self._keep("resume", self._world.handle(job))

    async def discard(self) -> None:
        """A dead letter given up."""
        job = await self._failed()
        request = contracts.DiscardRequest(reason="no longer wanted", by=OWNER_USER)
        await self._world.letter_handle(job).execute_update(contracts.DISCARD_UPDATE, request)
        await self._world.letter_handle(job).result()
        await self._keep("dead-letter-discarded", self._world.letter_handle(job))

    async def decided(self) -> None:
        """A dead letter that a batch retried."""
        job = await self._failed()
        await (await start_batch(self._world, await store_selection(self._world, BatchKind.RETRY))).result()
        await self._world.letter_handle(job).result()
        await self._keep("dead-letter-decided", self._world.letter_handle(job))

    async def cancel(self) -> None:
        """A job cancelled while a section is written."""
        self._world.vendor.always(_TEXT, Act(behaviour=Behaviour.HANG))
        before = len(self._world.vendor.ledger.entries)
        job = await self._world.submit(request_seconds=60)
        await self._world.vendor.ledger.until(lambda entries: _asked_for_text(entries[before:]))
        await self._world.handle(job).cancel()
        await self._world.until_status(job, JobStatus.CANCELLED)
        with suppress(WorkflowFailureError):
            await self._world.result(job)
        self._world.vendor.always(_TEXT, Act())
        await self._keep("cancel", self._world.handle(job))

    async def deadline(self) -> None:
        """A round whose time was up while a section was written, and which was held a while by its queue before."""
        self._world.vendor.always(_TEXT, Act(behaviour=Behaviour.HANG))
        async with held(self._world, "openai"):
            job = await self._world.submit(deadline=_SOON, request_seconds=60)
            await asyncio.sleep(_SOON.total_seconds() / 2)
        with suppress(WorkflowFailureError):
            await self._world.result(job)
        await self._world.until_status(job, JobStatus.FAILED)
        self._world.vendor.always(_TEXT, Act())
        await self._keep("deadline", self._world.handle(job))

    async def pause(self) -> None:
        """A job paused and resumed."""
        self._world.vendor.next("outline", Act(latency=1))
        job = await self._world.submit()
        await self._world.handle(job).signal(contracts.PAUSE_SIGNAL)
        await asyncio.sleep(2)
        await self._world.handle(job).signal(contracts.RESUME_SIGNAL)
        await self._world.result(job)
        await self._keep("pause", self._world.handle(job))

    async def revise(self) -> None:
        """One section written again."""
        done = await self._world.submit()
        await self._world.result(done)
        job = await self._world.revise(done, 2, "say more about sourdough")
        await self._world.result(job)
        await self._keep("revise", self._world.handle(job))

    async def batch(self) -> None:
        """A batch of two pages that was paused for a moment."""
        batch = await store_lines(self._world, 2, in_flight=1)
        handle = await start_batch(self._world, batch)
        await steer(self._world, batch, contracts.PAUSE_SIGNAL, paused=True)
        await asyncio.sleep(2)
        await steer(self._world, batch, contracts.RESUME_SIGNAL, paused=False)
        await handle.result()
        await self._keep("batch", handle)

    async def batch_cancelled(self) -> None:
        """A batch that was cancelled while a line ran."""
        slow = OPTIONS.model_copy(update={"sandbox": SandboxFaults(latency_ms=2_000)})
        batch = await store_lines(self._world, 3, slow, in_flight=1)
        handle = await start_batch(self._world, batch)
        await asyncio.sleep(2)
        await steer(self._world, batch, contracts.CANCEL_BATCH_SIGNAL, cancel_requested=True)
        await handle.result()
        await self._keep("batch-cancelled", handle)

    async def batch_in_runs(self) -> None:
        """A batch that goes on as a new run after each turn."""
        batch = await store_lines(self._world, 1)
        handle = await start_batch(self._world, batch, turns_per_run=1)
        await handle.result()
        first = self._world.client.get_workflow_handle(batch, run_id=handle.first_execution_run_id)
        await self._keep("batch-first-run", first)

    async def scheduled_run(self) -> None:
        """A run of a schedule to its job's end, one that was skipped, and one that was cancelled."""
        page = PageId((await self._world.page(await self._done())).id)
        schedule = await store_schedule(self._world, page)
        await self._keep_run("scheduled-run", schedule)
        self._world.vendor.always("outline", Act(behaviour=Behaviour.HANG))
        running = await start_run(self._world, schedule)
        await self._world.until(lambda: has_open_job(self._world, page))
        await self._keep_run("scheduled-run-skipped", schedule)
        await running.cancel()
        with suppress(WorkflowFailureError):
            await running.result()
        self._world.vendor.always("outline", Act())
        await self._keep("scheduled-run-cancelled", running)

    async def probe(self) -> None:
        """A turn of probes in which one provider was down."""
        self._world.catalogue.load()
        self._world.vendor.next("probe", _UNAVAILABLE)
        handle = await self._world.client.start_workflow(
            contracts.PROBE_WORKFLOW, id="probe-1", task_queue=contracts.PAGES_QUEUE
        )
        await handle.result()
        await self._keep("probe", handle)

    async def _keep_run(self, name: str, schedule: ScheduleId) -> None:
        handle = await start_run(self._world, schedule)
        await handle.result()
        await self._keep(name, handle)

    async def _done(self) -> JobId:
        job = await self._world.submit()
        await self._world.result(job)
        return job

    async def _failed(self) -> JobId:
        self._world.vendor.next(_TEXT, _UNAVAILABLE)
        job = await self._world.submit(tries=1)
        with suppress(WorkflowFailureError):
            await self._world.result(job)
        await self._world.until_status(job, JobStatus.FAILED)
        return job

    async def _keep(self, name: str, handle: WorkflowHandle[object, object]) -> None:
        document = _without_machine(json.loads((await handle.fetch_history()).to_json()))
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (self._folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _asked_for_text(entries: tuple[Entry, ...]) -> bool:
    return any(entry.tag == _TEXT for entry in entries)


def _without_machine(value: JsonValue) -> JsonValue:
    """Return a history without its stack traces, which name the folders of one machine."""
    if isinstance(value, list):
        return [_without_machine(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_machine(item) for key, item in value.items() if key != "stackTrace"}
    return value


async def record(folder: Path) -> None:
    """Write the histories of all scenarios into `folder`."""
    binary = (await existing_binary(None)).binary
    if binary is None:
        sys.exit("Temporal's binary is missing; get it with: make temporal")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        server = running_temporal(binary, free_port(), Path(scratch))
        address = await asyncio.to_thread(server.__enter__)
        try:
            async with making_world(address, Path(scratch)) as world, world.working():
                for scenario in scenarios(Recorder(world, folder)):
                    await scenario()
        finally:
            await asyncio.to_thread(server.__exit__, None, None, None)


def scenarios(recorder: Recorder) -> tuple[Callable[[], Awaitable[None]], ...]:
    """Return what is recorded."""
    return (
        recorder.success,
        recorder.retry,
        recorder.fallback,
        recorder.dead_letter_and_resume,
        recorder.discard,
        recorder.decided,
        recorder.cancel,
        recorder.deadline,
        recorder.pause,
        recorder.revise,
        recorder.scheduled_run,
        recorder.batch,
        recorder.batch_cancelled,
        recorder.batch_in_runs,
        recorder.probe,
    )


if __name__ == "__main__":
    asyncio.run(record(HISTORIES / version("pagewright")))

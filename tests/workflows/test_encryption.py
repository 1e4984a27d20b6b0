"""With keys, Temporal keeps no word of a brief in clear; what was written before, and with an older key, goes on."""

from dataclasses import replace

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, WorkflowReplayResult

from domain.ids import JobId, dead_letter_id
from domain.job import JobStatus
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World
from worker import workflow_runner
from workflows.client import data_converter
from workflows.dead_letter import DeadLetterWorkflow
from workflows.encryption import Key, KeyRing, new_key
from workflows.page import PageWorkflow

OLD, NEW = new_key("old-key"), new_key("new-key")
WORDS = (b"Harbour", b"Bakery", b"sourdough", b"order.example.com", b"555 0100", b"6.50")


def with_keys(world: World, *keys: Key) -> World:
    """Return the same world as processes with these keys see it."""
    config = world.client.config()
    config["data_converter"] = data_converter(KeyRing(keys))
    return replace(world, client=Client(**config))


async def fail(world: World) -> JobId:
    """Return a job whose last section failed."""
    world.vendor.next("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
    job = await world.submit(tries=1)
    await world.until_status(job, JobStatus.FAILED)
    return job


async def histories(world: World, job: JobId) -> list[WorkflowHistory]:
    """Return the histories of every run of a job and its dead letter, as Temporal keeps them."""
    runs = [
        (job, run.run_id)
        async for run in world.client.list_workflows(f"WorkflowId = '{job}'")
    ]  # fmt: skip
    letter = dead_letter_id(job, 1)
    return [
        *[await world.client.get_workflow_handle(name, run_id=run).fetch_history() for name, run in runs],
        await world.client.get_workflow_handle(letter).fetch_history(),
    ]


async def replayed(history: WorkflowHistory, *keys: Key) -> WorkflowReplayResult:
    replayer = Replayer(
        workflows=[PageWorkflow, DeadLetterWorkflow],
        workflow_runner=workflow_runner(),
        data_converter=data_converter(KeyRing(keys)),
    )
    return await replayer.replay_workflow(history, raise_on_replay_failure=False)


def written(history: WorkflowHistory) -> bytes:
    return b"".join(event.SerializeToString() for event in history.events)


async def test_a_history_holds_no_word_of_the_brief_and_outlives_its_key(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    old, rotated = with_keys(world, OLD), with_keys(world, OLD, NEW)
    async with old.working():
        job = await fail(old)
    async with rotated.working():
        await rotated.retry(job)
        await rotated.until_status(job, JobStatus.COMPLETED)
    kept = await histories(world, job)
    assert len(kept) == 3
    together = b"".join(map(written, kept))
    assert [word for word in WORDS if word in together] == []
    assert b"old-key" in together
    assert b"new-key" in together
    assert b"generate page_" not in together  # summaries hold ids only, and are encrypted too
    for history in kept:
        assert (await replayed(history, OLD, NEW)).replay_failure is None
    assert (await replayed(kept[-1], NEW)).replay_failure is not None
    assert "the key 'old-key', and the keys here are new-key" in caplog.text  # the worker's log says what is missing


async def test_a_job_from_before_encryption_goes_on_encrypted(world: World) -> None:
    before = with_keys(world)
    job = await before.submit()
    encrypted = with_keys(world, NEW)
    async with encrypted.working():
        await encrypted.until_status(job, JobStatus.COMPLETED)
    history = await world.client.get_workflow_handle(job).fetch_history()
    first, *others = (event.SerializeToString() for event in history.events)
    assert b"Harbour" in first  # the words are those of this brief: where nothing was encrypted they are seen
    assert [word for word in WORDS for event in others if word in event] == []
    assert (await replayed(history, NEW)).replay_failure is None

"""A cancel counts wherever it lands: also on work that ends before it learns of it."""

import asyncio

import pytest
from temporalio.client import WorkflowFailureError

from domain.call import CallStatus
from domain.ids import JobId
from domain.job import JobStatus
from storage.job import JobRepository, JobRow
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import ANTHROPIC, OPENAI, World

TEXT = "section:text-2"
SOONER_THAN_A_HEARTBEAT = 0.6
"""Seconds: a worker learns of a cancel from its heartbeats, one a second."""


async def arrived(world: World, tag: str) -> None:
    await world.vendor.ledger.until(lambda entries: any(entry.tag == tag for entry in entries))


async def test_a_cancel_the_outline_did_not_learn_of_stops_the_sections(world: World) -> None:
    world.vendor.next("outline", Act(latency=SOONER_THAN_A_HEARTBEAT))
    async with world.working():
        job = await world.submit()
        await arrived(world, "outline")
        await world.handle(job).cancel()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
    assert (await world.job(job)).status is JobStatus.CANCELLED
    assert [entry.tag for entry in world.vendor.ledger.entries] == ["outline"]
    assert [call.status for call in await world.calls(job)] == [CallStatus.SUCCEEDED], "what was made stays"


async def test_a_cancel_stops_the_way_along_the_route(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.UNAUTHORIZED, latency=SOONER_THAN_A_HEARTBEAT))
    async with world.working():
        job = await world.submit(route=(OPENAI, ANTHROPIC))
        await arrived(world, "outline")
        await world.handle(job).cancel()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
    assert (await world.job(job)).status is JobStatus.CANCELLED
    assert len(world.vendor.ledger.entries) == 1


async def test_a_cancel_while_the_round_begins_is_no_less_a_cancel(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, may_begin = asyncio.Event(), asyncio.Event()
    lock = JobRepository.lock

    async def slow(self: JobRepository, job: JobId) -> JobRow | None:
        begins.set()
        await may_begin.wait()
        return await lock(self, job)

    monkeypatch.setattr(JobRepository, "lock", slow)
    async with world.working():
        job = await world.submit()
        await begins.wait()
        await world.handle(job).cancel()
        await asyncio.sleep(0.3)
        may_begin.set()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
    assert (await world.job(job)).status is JobStatus.CANCELLED
    assert world.vendor.ledger.entries == ()


async def test_a_cancel_while_a_failed_round_is_handed_over_comes_too_late(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, may_count = asyncio.Event(), asyncio.Event()
    find, is_held = JobRepository.find, asyncio.Event()

    async def slow(self: JobRepository, job: JobId) -> JobRow | None:
        if is_held.is_set():
            counts.set()
            await may_count.wait()
        return await find(self, job)

    monkeypatch.setattr(JobRepository, "find", slow)
    world.vendor.next(TEXT, Act(behaviour=Behaviour.UNAUTHORIZED, latency=SOONER_THAN_A_HEARTBEAT))
    async with world.working():
        job = await world.submit()
        await arrived(world, TEXT)
        is_held.set()
        await counts.wait()
        await world.handle(job).cancel()
        await asyncio.sleep(0.3)
        is_held.clear()
        may_count.set()
        with pytest.raises(WorkflowFailureError):
            await world.result(job)
        row = await world.until_status(job, JobStatus.FAILED, seconds=10)
    assert row.finished_at is not None
    assert (await world.letter(job)).finished_sections == 2

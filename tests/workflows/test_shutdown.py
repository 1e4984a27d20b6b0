"""A worker that is told to stop in the middle of things: another one goes on, and nothing counts as cancelled."""

import asyncio
import gc
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.call import CallStatus
from domain.job import JobStatus
from storage.call import CallRepository
from storage.job import JobRepository
from storage.page import PageRepository
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World

POINTS: list[tuple[type[Any], str]] = [
    (JobRepository, "find"),
    (CallRepository, "of_step"),
    (CallRepository, "job_of"),
    (PageRepository, "name"),
]
"""A method that is waited in while the worker stops: the read of the job, the opening and the end of a call, the end of
the page."""


@pytest.fixture
def hasty(world: World) -> World:
    """Return the world with a worker that gives running activities no time."""
    return replace(world, settings=world.settings.model_copy(update={"shutdown_grace": timedelta(0)}))


@pytest.mark.parametrize(("repository", "method"), POINTS, ids=lambda point: str(getattr(point, "__name__", point)))
async def test_a_stop_lands_anywhere_and_the_page_is_made(
    hasty: World, monkeypatch: pytest.MonkeyPatch, repository: type[Any], method: str
) -> None:
    original, reached = getattr(repository, method), asyncio.Event()

    async def slow(self: object, *arguments: object) -> object:
        if not reached.is_set():
            reached.set()
            await asyncio.sleep(1)
        return await original(self, *arguments)

    monkeypatch.setattr(repository, method, slow)
    async with hasty.working():
        job = await hasty.submit()
        await reached.wait()
    gc.collect()  # a worker that ends lets go of its workflows: code of theirs that woke up now would fail the test
    async with hasty.working():
        await hasty.result(job, seconds=60)
    row = await hasty.job(job)
    assert (row.status, row.reserved) == (JobStatus.COMPLETED, 0)
    made = [call for call in await hasty.calls(job) if call.status is CallStatus.SUCCEEDED]
    assert len(made) == len(hasty.vendor.ledger.entries) == 4


async def test_a_request_in_flight_is_lost_and_made_again(hasty: World) -> None:
    hasty.vendor.next("outline", Act(behaviour=Behaviour.HANG))
    async with hasty.working():
        job = await hasty.submit(request_seconds=60)
        await hasty.vendor.ledger.until(lambda entries: len(entries) == 1)
    assert [call.status for call in await hasty.calls(job)] == [CallStatus.LOST]
    async with hasty.working():
        await hasty.result(job, seconds=60)
    assert (await hasty.job(job)).status is JobStatus.COMPLETED

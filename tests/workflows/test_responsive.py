"""A worker whose CPU is busy with a page still tells that it lives: heavy work is not done in its event loop."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import pytest

from domain.job import JobStatus
from tests.workflows.world import World

P = ParamSpec("P")
T = TypeVar("T")

BUSY: Final = 2.0
"""Seconds; well above what a slow machine's event loop takes for anything else here."""
HEAVY: Final = ("activities.writing.check_outline", "activities.writing.check_section", "activities.page.render")


def busy(function: Callable[P, T]) -> Callable[P, T]:
    def slow(*arguments: P.args, **named: P.kwargs) -> T:
        time.sleep(BUSY)
        return function(*arguments, **named)

    return slow


def make_busy(patch: pytest.MonkeyPatch) -> None:
    for name in HEAVY:
        module, _, function = name.rpartition(".")
        patch.setattr(name, busy(getattr(__import__(module, fromlist=[function]), function)))


async def test_heavy_work_does_not_hold_the_event_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    async with world.working():
        await world.result(await world.submit())  # what is loaded once
        ticking = asyncio.create_task(tick())
        make_busy(monkeypatch)
        job = await world.submit()
        await world.result(job)
        ticking.cancel()
    assert (await world.job(job)).status is JobStatus.COMPLETED
    assert longest < BUSY / 2

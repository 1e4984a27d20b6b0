"""Who asks at once gets one answer, and nobody gets a stale one."""

import asyncio
from contextlib import suppress

import pytest

from api.actions.shared import Shared


class Maker:
    """Counts how often it is asked, and answers when it is let to."""

    def __init__(self) -> None:
        self.made = 0
        self.go_on = asyncio.Event()
        self.fails = False

    async def make(self) -> int:
        self.made += 1
        await self.go_on.wait()
        if self.fails:
            raise ConnectionError
        return self.made


async def asking(shared: Shared[int], times: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(shared.get()) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def test_who_asks_at_once_shares_an_answer_and_who_asks_later_gets_a_new_one() -> None:
    maker = Maker()
    shared = Shared(maker.make)
    first = await asking(shared, 20)
    maker.go_on.set()
    assert await asyncio.gather(*first) == [1] * 20
    assert await shared.get() == 2


async def test_who_goes_away_leaves_the_answer_to_the_others() -> None:
    maker = Maker()
    gone, stays = await asking(shared := Shared(maker.make), 2)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    maker.go_on.set()
    assert await stays == 1
    assert await shared.get() == 2


async def test_a_failure_is_everybodys_and_does_not_stay() -> None:
    maker = Maker()
    maker.fails = True
    shared = Shared(maker.make)
    tasks = await asking(shared, 3)
    maker.go_on.set()
    for task in tasks:
        with pytest.raises(ConnectionError):
            await task
    maker.fails = False
    assert await shared.get() == 2

"""A job that stands still because its queue is paused: no event says so, so it is looked for now and then."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from cli.client.answers import Job, read
from cli.client.client import Api
from cli.errors import UserError
from cli.screen.held import held

EVERY_SECONDS: Final = 5.0


@asynccontextmanager
async def telling_what_holds(
    api: Api, job: str, tell: Callable[[str], None], every: float = EVERY_SECONDS
) -> AsyncGenerator[None]:
    """Tell, as long as the context lasts, when a paused queue holds a job; once for each pause."""
    looking = asyncio.create_task(_look(api, job, tell, every))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _look(api: Api, job: str, tell: Callable[[str], None], every: float) -> None:
    told = None
    while True:
        await asyncio.sleep(every)
        with suppress(UserError):  # what follows the events tells of an API that is away
            found = read(Job, await api.get(f"/api/ai/jobs/{job}")).held_by
            if found is not None and found != told:
                tell(f"{job} waits: {held(found)}")
            told = found

"""The events of a job as one story without a gap or a repeat, through every loss of the connection."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Final, cast

import httpx
from pydantic import JsonValue

from cli.answers import read
from cli.client import Api
from cli.errors import UserError
from cli.event import Event, Facts
from cli.problem import ApiError
from cli.sse import Message
from embedded.progress import Progress

WAITS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, *(15.0,) * 6)
"""Seconds before each reconnection; they begin anew when an event comes."""

_SERVER_ERROR: Final = 500


async def follow(
    api: Api, job: str, on_wait: Progress, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncGenerator[Event]:
    """Yield every event of a job from its first one, until the API says that no more will follow.

    Raises ApiError when there is no such job, and UserError when the connection stays lost for more than a minute.
    """
    last, failures = 0, 0
    while True:
        reason = "its answer ended"
        try:
            async with api.stream(f"/api/ai/jobs/{job}/events", last) as messages:
                if messages is None:
                    return
                async for message in messages:
                    event = _event(message)
                    if event.seq > last:
                        last, failures = event.seq, 0
                        yield event
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
        except ApiError as error:
            if error.status < _SERVER_ERROR:
                raise
            reason = error.message
        if failures == len(WAITS):
            message = f"The events of {job} cannot be followed: {reason}."
            raise UserError(message, f"The job goes on without us. Attach again with: pagewright jobs watch {job}")
        on_wait(f"The connection is lost ({reason}); trying again in {WAITS[failures]:g} s.")
        await pause(WAITS[failures])
        failures += 1


def _event(message: Message) -> Event:
    """Return the event in a message. Raises UserError when the API is of another make."""
    told = cast("JsonValue", json.loads(message.data))
    return Event(seq=int(message.id), type=message.event, at=datetime.now(UTC), facts=read(Facts, told))

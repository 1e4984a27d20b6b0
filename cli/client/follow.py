"""The events of a job as one story without a gap or a repeat, through every loss of the connection."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, cast

import httpx
from pydantic import JsonValue

from cli.client.answers import read
from cli.client.client import Api
from cli.client.event import Event
from cli.client.problem import ApiError
from cli.client.sse import Message
from cli.errors import UserError
from embedded.progress import Progress

WAITS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, *(15.0,) * 6)
"""Seconds before each reconnection; they begin anew when an event comes."""

_SERVER_ERROR: Final = 500
_END: Final = "end"


async def follow(
    api: Api, job: str, on_wait: Progress, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncGenerator[Event]:
    """Yield every event of a job from its first one, until the API says that no more will follow.

    Raises ApiError when there is no such job, and UserError when the connection stays lost for more than a minute.
    """
    last, failures = 0, 0
    while True:
        try:
            async with aclosing(_stream(api, job, last, on_wait if failures else None)) as events:
                async for event in events:
                    last, failures = event.seq, 0
                    yield event
        except _NothingFollowsError:
            return
        except _LostError as lost:
            if failures == len(WAITS):
                message = f"The events of {job} cannot be followed: {lost}."
                hint = f"The job goes on without us. Attach again with: pagewright jobs watch {job}"
                raise UserError(message, hint) from None
            on_wait(f"The connection is lost ({lost}); trying again in {WAITS[failures]:g} s.")
            await pause(WAITS[failures])
            failures += 1


class _NothingFollowsError(Exception):
    """The API told every event there will be."""


class _LostError(Exception):
    """The connection is gone before the end."""


async def _stream(api: Api, job: str, last: int, on_open: Progress | None) -> AsyncGenerator[Event]:
    """Yield the events after number `last` that one connection brings; `on_open` is told that it is there.

    Returns after the end of a round, which another one may follow. Raises _NothingFollowsError, _LostError or ApiError.
    """
    newest = ""
    try:
        async with api.stream(f"/api/ai/jobs/{job}/events", last) as messages:
            if messages is None:
                raise _NothingFollowsError
            if on_open is not None:
                on_open("The connection is back.")
            async for message in messages:
                event = _event(message)
                if event.seq > last:
                    last, newest = event.seq, event.type
                    yield event
    except httpx.TransportError as error:
        raise _LostError(str(error) or type(error).__name__) from None
    except ApiError as error:
        if error.status < _SERVER_ERROR:
            raise
        raise _LostError(error.message) from None
    if newest != _END:
        reason = "its answer ended"
        raise _LostError(reason)


def _event(message: Message) -> Event:
    """Return the event in a message. Raises UserError when the API is of another make."""
    return read(Event, cast("JsonValue", json.loads(message.data)))

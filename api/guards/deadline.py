"""How long a request may take until its answer begins: a database that hangs keeps nobody for ever."""

import asyncio
from datetime import timedelta
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import unavailable

LONGEST: Final = timedelta(seconds=60)
"""Far above what the slowest request takes that is well: an erasure, or ten thousand dead letters retried in bulk."""
UPLOADS: Final = frozenset({"/api/ai/jobs/batch"})
"""Their lines are worked on while they come; how slowly those may come is the body's rule."""


class Deadline:
    """Ends a request that has no answer in time with 503. One that has begun, as a stream's, has all the time."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, and answer for it when it takes too long."""
        if scope["type"] != "http" or scope["path"] in UPLOADS:
            await self._app(scope, receive, send)
            return
        clock = asyncio.timeout(LONGEST.total_seconds())
        request = _Request(receive, send, clock)
        try:
            async with clock:
                await self._app(scope, request.receive, request.send)
        except TimeoutError:
            if not clock.expired():
                raise
            detail = f"this took longer than {LONGEST.total_seconds():g} s and was given up; send the same again"
            await unavailable("timed_out", detail).response(scope["path"])(scope, receive, send)


class _Request:
    """A request whose clock stands still while its body is awaited, and for good once its answer begins."""

    def __init__(self, receive: Receive, send: Send, clock: asyncio.Timeout) -> None:
        self._receive = receive
        self._send = send
        self._clock = clock
        self._has_body = False

    async def receive(self) -> Message:
        if self._has_body:
            return await self._receive()
        self._clock.reschedule(None)
        message = await self._receive()
        self._has_body = not message.get("more_body", False)
        self._clock.reschedule(asyncio.get_running_loop().time() + LONGEST.total_seconds())
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._clock.reschedule(None)
        await self._send(message)

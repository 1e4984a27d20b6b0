"""One log line a request, with the tenant and the ids of the path; never a body, a key or a query."""

import time
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

_QUIET: Final = frozenset({"/healthz", "/readyz", "/api/health", "/metrics"})
"""Asked every few seconds by machines."""
_UNANSWERED: Final = 499

log = structlog.get_logger()


class AccessLog:
    """Logs what was asked and how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        """Log the requests to `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _UNANSWERED
        started = time.monotonic()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with bound_contextvars(method=scope["method"], path=scope["path"]):
                await self._app(scope, receive, send_and_note)
        except Exception:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        finally:
            say = log.debug if scope["path"] in _QUIET else log.info
            milliseconds = round((time.monotonic() - started) * 1000)
            say("request", method=scope["method"], path=scope["path"], status=int(status), ms=milliseconds)

"""One log line a request, with the ids it is about; never a body, a key or a query."""

import re
import time
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

QUIET: Final = frozenset({"/healthz", "/readyz", "/api/health", "/metrics"})
"""Asked every few seconds by machines."""
_NAMES: Final = re.compile(r"(?<=/)(?P<id>(?P<noun>job|page|dlq)_[0-9A-Za-z_]{1,80})(?=/|$)")
_LOG_NAMES: Final = {"job": "job", "page": "page", "dlq": "dead_letter"}
UNANSWERED: Final = 499
"""The client went away first."""

log = structlog.get_logger()


class AccessLog:
    """Binds the ids of a request's path to every line that is logged for it, and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        """Log the requests to `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int = UNANSWERED
        started = time.monotonic()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        clear_contextvars()
        bind_contextvars(**ids_in(scope["path"]))
        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        finally:
            say = log.debug if scope["path"] in QUIET else log.info
            milliseconds = round((time.monotonic() - started) * 1000)
            say("request", method=scope["method"], path=scope["path"], status=int(status), ms=milliseconds)


def ids_in(path: str) -> dict[str, str]:
    """Return the ids a path names, by what log lines call them."""
    return {_LOG_NAMES[match["noun"]]: match["id"] for match in _NAMES.finditer(path)}

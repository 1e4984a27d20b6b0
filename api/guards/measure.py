"""Counts and times every request, by the route it met; and the streams of events that are open."""

import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import telemetry
from api.guards.access_log import UNANSWERED

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER: Final = "other"
_NO_ROUTE: Final = "none"
_STREAM: Final = "text/event-stream"


class Measure:
    """Tells a registry of the requests to `app`. Outermost, so that refusals of other guards count too."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        """Measure the requests to `app`."""
        self._app = app
        self._requests = telemetry.process_counter(telemetry.HTTP_REQUESTS, registry)
        self._durations = telemetry.process_histogram(telemetry.HTTP_DURATION, registry)
        self._streams = telemetry.process_gauge(telemetry.SSE_CLIENTS, registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer()

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.begin(message)
                if answer.is_stream:
                    self._streams.inc()
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            answer.status = HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        finally:
            if answer.is_stream:
                self._streams.dec()
            self._count(scope, answer)

    def _count(self, scope: Scope, answer: "_Answer") -> None:
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = getattr(scope.get("route"), "path", _NO_ROUTE)
        self._requests.labels(method, route, str(int(answer.status))).inc()
        self._durations.labels(method, route).observe(answer.seconds)


@dataclass(slots=True)
class _Answer:
    """How a request is answered; one that never is counts as 499, as in the log."""

    status: int = UNANSWERED
    is_stream: bool = False
    _started: float = field(default_factory=time.monotonic)
    _began: float | None = None

    def begin(self, message: Message) -> None:
        """Take in the head of the answer."""
        self.status = int(message["status"])
        self.is_stream = Headers(raw=message["headers"]).get("content-type", "").startswith(_STREAM)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the answer took to its end, or to its beginning where it is a stream."""
        end = self._began if self.is_stream and self._began is not None else time.monotonic()
        return end - self._started

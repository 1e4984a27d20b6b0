"""A span for each request, by OpenTelemetry's conventions for HTTP servers; a `traceparent` that came with it is kept.

Nothing of a query, a header or a body is in it.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from api.guards.access_log import QUIET

_STREAM: Final = "/events"
"""What paths of event streams end in. They last as long as their reader likes, and would tell of that."""
_METHODS: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
_OTHER: Final = "_OTHER"
_PARENT: Final = TraceContextTextMapPropagator()


class ServerSpans:
    """Opens a span around every request but those of machines that ask every few seconds, and of event streams."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        """Trace the requests to `app`."""
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, within a span."""
        if scope["type"] != "http" or scope["path"] in QUIET or scope["path"].endswith(_STREAM):
            await self._app(scope, receive, send)
            return
        with self._tracer.start_as_current_span(
            _method(scope, "HTTP"),
            _PARENT.extract(scope, getter=_Headers()),
            SpanKind.SERVER,
            _known_before(scope),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            await self._answer(span, scope, receive, send)

    async def _answer(self, span: Span, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                _note_status(span, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            _note_route(span, scope)


class _Headers(Getter[Scope]):
    @override
    def get(self, carrier: Scope, key: str) -> list[str] | None:
        found = [value.decode("latin-1") for name, value in carrier["headers"] if name == key.encode()]
        return found or None

    @override
    def keys(self, carrier: Scope) -> list[str]:
        return list(_names(carrier))


def _names(carrier: Scope) -> Iterator[str]:
    for name, _ in carrier["headers"]:
        yield name.decode("latin-1")


def _method(scope: Scope, other: str) -> str:
    return scope["method"] if scope["method"] in _METHODS else other


def _known_before(scope: Scope) -> dict[str, str]:
    return {
        "http.request.method": _method(scope, _OTHER),
        "url.path": scope["path"],
        "url.scheme": scope["scheme"],
        "network.protocol.version": scope["http_version"],
    }


def _note_status(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.set_attribute("error.type", str(status))
        span.set_status(StatusCode.ERROR)


def _note_route(span: Span, scope: Scope) -> None:
    """Name the span by the route's template, which is known once the request was routed; a name never holds an id."""
    route = getattr(scope.get("route"), "path", None)
    if route:
        span.set_attribute("http.route", route)
        span.update_name(f"{_method(scope, 'HTTP')} {route}")

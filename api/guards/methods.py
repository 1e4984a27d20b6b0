"""HEAD wherever GET is answered, and the methods of a path told to whoever asks it for another one."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DISCONNECT: Final[Message] = {"type": "http.disconnect"}


class Resource(NamedTuple):
    """What has a path of this pattern, and every method that is answered there."""

    path: re.Pattern[str]
    methods: frozenset[str]


def resources_of(routes: Iterable[BaseRoute]) -> tuple[Resource, ...]:
    """Return what routes answer for, in their order: of two patterns that a path fits, the first one has it."""
    methods: dict[re.Pattern[str], frozenset[str]] = {}
    for route in routes:
        if isinstance(route, Route):
            methods[route.path_regex] = methods.get(route.path_regex, frozenset()) | (route.methods or set())
    return tuple(Resource(path, found | {"HEAD"} if "GET" in found else found) for path, found in methods.items())


class Methods:
    """Answers HEAD as GET without its body (RFC 9110, 9.3.2), and puts every method of a path in a 405's Allow.

    The router asks one route at a time, and answers with the methods of the first one that has the path.
    """

    def __init__(self, app: ASGIApp, resources: Iterable[Resource]) -> None:
        """Wrap `app`, which answers for `resources`."""
        self._app = app
        self._resources = tuple(resources)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through as the GET it stands for, and complete what is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_methods(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
                self._allow(scope["path"], MutableHeaders(scope=message))
            await send(message)

        if scope["method"] != "HEAD":
            await self._app(scope, receive, send_with_methods)
            return
        head = _Head(receive, send_with_methods)
        inner = {**scope, "method": "GET"}
        await self._app(inner, head.receive, head.send)
        if "route" in inner:
            scope["route"] = inner["route"]

    def _allow(self, path: str, headers: MutableHeaders) -> None:
        resource = next((it for it in self._resources if it.path.match(path)), None)
        if resource is not None:
            headers["Allow"] = ", ".join(sorted(resource.methods))


class _Head:
    """An answer without its body. Its reader is gone once it has the headers, which ends a stream."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._has_begun = False

    async def receive(self) -> Message:
        return _DISCONNECT if self._has_begun else await self._receive()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            await self._send(message)
        elif not message.get("more_body", False):
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

"""What a request's body may be: its type, its size, and how slowly it may come.

A body is counted as it passes and never collected here: a batch of 256 MB streams through.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guards.security import SAFE_METHODS
from api.problem import ProblemError
from api.schemas.problem import FieldError

JSON: Final = "application/json"
JSON_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/jsonlines")
"""None is registered; the first is what most tools send, and what the docs name."""
SLOWEST: Final = 10_000
"""Bytes a second that a body has to come with, once its first seconds are over."""
_LINGER_BYTES: Final = 16_000_000
_LINGER_SECONDS: Final = 2.0
"""How much, and how long, of a refused body is taken and dropped: a client that still sends would not read our answer,
and a connection that is closed on unread bytes takes the answer with it."""


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What one route takes."""

    largest: int = 1_000_000
    """Bytes."""
    media_types: tuple[str, ...] = (JSON,)


USUAL: Final = BodyRule()
RULES: Final[Mapping[str, BodyRule]] = {
    "/api/ai/jobs/batch": BodyRule(256_000_000, (JSON, *JSON_LINES)),
    "/codec/decode": BodyRule(16_000_000),
    "/codec/encode": BodyRule(16_000_000),
}
"""By path; every other one takes the usual."""


class BodyGuard:
    """Refuses bodies of another type (415), that are too large (413), or come too slowly (408).

    A form of a foreign web page can send neither our types nor a token, so it cannot spend the owner's keys.
    """

    def __init__(self, app: ASGIApp, patience: timedelta, rules: Mapping[str, BodyRule] = RULES) -> None:
        """Guard `app`; a body may keep it waiting for `patience`, and a second more for each `SLOWEST` bytes."""
        self._app = app
        self._patience = patience
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it; a body that is read later is refused while it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rule = self._rules.get(scope["path"], USUAL)
        headers = Headers(scope=scope)
        refusal = _too_large(headers, rule)
        if scope["method"] not in SAFE_METHODS:
            refusal = refusal or _of_another_type(headers, rule)
        if refusal is not None:
            await refusal.response(scope["path"])(scope, receive, send)
            return
        await self._app(scope, _Body(receive, rule, self._patience).receive, send)


class _Body:
    """One body on its way to a route. What it raises, the app answers with a problem."""

    def __init__(self, receive: Receive, rule: BodyRule, patience: timedelta) -> None:
        self._receive = receive
        self._rule = rule
        self._patience = patience.total_seconds()
        self._received = 0
        self._waited = 0.0
        self._has_ended = False

    async def receive(self) -> Message:
        """Return what comes next. Raises HTTPException 408 or 413."""
        if self._has_ended:
            return await self._receive()
        message = await self._awaited()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._has_ended = not message.get("more_body", False)
            if self._received > self._rule.largest:
                await self._drop_the_rest()
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _limit(self._rule), {"Connection": "close"})
        return message

    async def _drop_the_rest(self) -> None:
        left = _LINGER_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while left > 0 and not self._has_ended:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    self._has_ended = not message.get("more_body", False)

    async def _awaited(self) -> Message:
        """Only waiting counts: while the route works on what came, nobody is slow."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        allowed = self._patience + self._received / SLOWEST - self._waited
        try:
            async with asyncio.timeout(max(allowed, 0)):
                return await self._receive()
        except TimeoutError:
            detail = f"the body comes too slowly: {self._received} bytes in {self._waited + allowed:.0f} s"
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, detail, {"Connection": "close"}) from None
        finally:
            self._waited += loop.time() - began


def _too_large(headers: Headers, rule: BodyRule) -> ProblemError | None:
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) <= rule.largest:
        return None
    return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{_limit(rule)}: it has {int(length):,} bytes")


def _of_another_type(headers: Headers, rule: BodyRule) -> ProblemError | None:
    media_type = headers.get("content-type")
    if media_type is None and not _has_body(headers):
        return None
    if media_type is not None and media_type.partition(";")[0].strip().lower() in rule.media_types:
        return None
    wanted = " or ".join(rule.media_types)
    detail = f"send the body as {wanted}, not as {(media_type or 'nothing')[:100]}"
    return _refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


def _refusal(status: HTTPStatus, detail: str) -> ProblemError:
    return ProblemError(status, status.name.lower(), detail, errors=[FieldError(field="body", message=detail)])


def _limit(rule: BodyRule) -> str:
    return f"the body is larger than {rule.largest:,} bytes"


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"

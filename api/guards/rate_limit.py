"""How many requests a token may send, and an address without one: in one API process, in each minute.

The answers say it in the fields of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
"""

import ipaddress
import math
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guards.access_log import QUIET
from api.guards.auth import caller_in, is_public
from api.problem import ProblemError

_WINDOW: Final = 60
"""Seconds."""
_OWNER: Final = "owner"
_IPV6_SITE: Final = 64
"""Bits: one household has as many addresses below as it likes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sender stands after a request."""

    policy: str
    quota: int
    remaining: int
    seconds: int
    """Until the quota is whole again."""
    is_exceeded: bool

    def headers(self) -> dict[str, str]:
        """Return the fields that tell a client."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={_WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={self.seconds}',
        }

    def refusal(self) -> ProblemError:
        """Return the answer to a request that is one too many."""
        detail = f"more than {self.quota} requests in a minute; send the next one in {self.seconds} s"
        headers = self.headers() | {"Retry-After": str(self.seconds)}
        return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", detail, headers=headers)


class Quota:
    """Counts requests of many senders against one limit."""

    def __init__(self, policy: str, per_minute: int) -> None:
        """Allow each sender `per_minute` requests."""
        self._policy = policy
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def take(self, sender: str) -> Standing:
        """Count a request and return how its sender stands."""
        is_allowed = self._limiter.hit(self._item, sender)
        window = self._limiter.get_window_stats(self._item, sender)
        seconds = min(max(math.ceil(window.reset_time - time.time()), 1), _WINDOW)
        return Standing(self._policy, self._item.amount, max(window.remaining, 0), seconds, not is_allowed)


class TokenLimit:
    """Holds each token to its quota, the owner's too."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        """Guard `app`."""
        self._app = app
        self._quota = Quota("token", per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 429."""
        caller = caller_in(scope) if scope["type"] == "http" else None
        if caller is None:
            await self._app(scope, receive, send)
            return
        standing = self._quota.take(caller.token_id or _OWNER)
        await _held_to(standing, self._app, scope, receive, send)


class AddressLimit:
    """Holds each address to its quota of requests without a valid token.

    Whoever has one is let through whatever others behind the same address do.
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        """Guard `app`, which refuses unknown tokens with 401."""
        self._app = app
        self._quota = Quota("address", per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif is_public(scope["path"]):
            standing = self._quota.take(_sender(scope))
            await _held_to(standing, self._app, scope, receive, send)
        else:
            await self._app(scope, receive, self._refusing(scope, receive, send))

    def _refusing(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """Return a `send` that counts answers of 401, and answers 429 in their place when they are too many."""
        is_replaced = False

        async def send_or_refuse(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.UNAUTHORIZED:
                standing = self._quota.take(_sender(scope))
                is_replaced = standing.is_exceeded
                if is_replaced:
                    await standing.refusal().response(scope["path"])(scope, receive, send)
                else:
                    MutableHeaders(scope=message).update(standing.headers())
            if not is_replaced:
                await send(message)

        return send_or_refuse


async def _held_to(standing: Standing, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if standing.is_exceeded:
        await standing.refusal().response(scope["path"])(scope, receive, send)
        return

    async def send_with_standing(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(standing.headers())
        await send(message)

    await app(scope, receive, send_with_standing)


def _sender(scope: Scope) -> str:
    """Return who is counted: an address, probes of machines apart from readers of pages."""
    client = cast("tuple[str, int] | None", scope.get("client"))
    purpose = "probe" if scope["path"] in QUIET else "public"
    return f"{purpose}:{'unknown' if client is None else _site(client[0])}"


def _site(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    return str(ipaddress.ip_network((known, _IPV6_SITE), strict=False).network_address)

"""The HTTP side of one call to a vendor: one request goes out, and what came back is remembered."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import httpx2

_CONNECT_SECONDS: Final = 5.0
_MAX_CONNECTIONS: Final = 1_000


class SecondRequestError(Exception):
    """A vendor's SDK wanted to send a second request in one call, for example to continue a long answer."""


@dataclass(slots=True)
class Exchange:
    """What went over the wire in one call."""

    requests: int = 0
    status: int | None = None
    """Of the answer; None while none has begun."""


_exchange: ContextVar[Exchange] = ContextVar("vendor exchange")


@contextmanager
def one_exchange() -> Generator[Exchange]:
    """Open a call: the first request of the enclosed code passes, a second raises SecondRequestError."""
    exchange = Exchange()
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


def http_client() -> httpx2.AsyncClient:
    """Return a client for all vendors. It has no read timeout: the caller bounds the request as a whole.

    A redirect is an answer, not followed: a base URL that moved is a setting to mend, and a key must not travel.
    """
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=_MAX_CONNECTIONS, max_keepalive_connections=100),
        event_hooks={"request": [_count], "response": [_remember]},
        follow_redirects=False,
    )


async def _count(_: httpx2.Request) -> None:
    exchange = _exchange.get()
    if exchange.requests:
        message = "a call to a model is one request"
        raise SecondRequestError(message)
    exchange.requests += 1


async def _remember(response: httpx2.Response) -> None:
    _exchange.get().status = response.status_code

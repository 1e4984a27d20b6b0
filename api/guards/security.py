"""What every request and every answer is held to, before and after any route."""

import ipaddress
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guards.bearer import is_signed
from api.problem import ProblemError
from settings import Settings

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer whose route says nothing else."""

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PROBED: Final = frozenset({"/api/health", "/healthz", "/readyz", "/metrics"})
"""Answered under any host: probes and scrapers come by addresses nobody knows before. What they are told is public."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class OpenDoorError(ValueError):
    """The API would let in whom nobody meant to let in."""


def refuse_open_door(settings: Settings) -> None:
    """Raise OpenDoorError for a bind beyond loopback without a configured token or secret, or for a borrowed token."""
    if settings.token is not None and is_signed(settings.token.get_secret_value()):
        message = (
            "PAGEWRIGHT_TOKEN holds a minted token, which as the owner's would be given every scope: unset it where "
            "the API runs"
        )
        raise OpenDoorError(message)
    if settings.token is None and settings.signing_keys_file is None and not is_loopback(settings.api_host):
        message = (
            f"the API would listen on {settings.api_host}, beyond this machine, without a configured token or secret: "
            "set PAGEWRIGHT_TOKEN to a long secret or PAGEWRIGHT_SIGNING_KEYS_FILE to one from `pagewright token "
            "rotate-secret`, or PAGEWRIGHT_API_HOST to 127.0.0.1"
        )
        raise OpenDoorError(message)


def hosts_of(settings: Settings) -> frozenset[str]:
    """Return the names this API answers to, in lower case: loopback always, others as set."""
    if settings.allowed_hosts is not None:
        return _LOOPBACK_NAMES | {_without_port(host) for host in settings.allowed_hosts}
    public = urlsplit(settings.public_url or "").hostname
    own = {settings.api_host.lower(), *([public] if public else [])}
    return _LOOPBACK_NAMES | {name for name in own if not is_wildcard(name)}


class HostGuard:
    """Answers only to its own names: a foreign name that was made to resolve here (DNS rebinding) gets 400.

    What probes ask for is answered under any name.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        """Answer to `hosts`, without ports."""
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 400."""
        if scope["type"] == "http" and scope["path"] not in PROBED:
            host = _without_port(Headers(scope=scope).get("host", ""))
            if host not in self._hosts:
                detail = f"this API does not answer to the host {host[:100]!r}; PAGEWRIGHT_ALLOWED_HOSTS names more"
                await ProblemError(HTTPStatus.BAD_REQUEST, "foreign_host", detail).response(scope["path"])(
                    scope, receive, send
                )
                return
        await self._app(scope, receive, send)


class PlainAddresses:
    """Refuses paths and queries that hold the character U+0000: no id has one, and some databases choke on it."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 400."""
        if scope["type"] == "http" and ("\x00" in scope["path"] or b"%00" in scope["query_string"]):
            path = scope["path"].replace("\x00", "%00")
            problem = ProblemError(HTTPStatus.BAD_REQUEST, "malformed_url", "the address holds the character U+0000")
            await problem.response(path)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class SecurityHeaders:
    """Puts the security headers on every answer that has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/p/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _without_port(host: str) -> str:
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether an address or a name stands for this machine alone."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def is_wildcard(host: str) -> bool:
    """Whether a server bound to this listens on every address there is; it is no name to be asked under."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

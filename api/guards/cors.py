"""Web pages of other origins: none may call the API from a browser but those that are named.

The codec server alone is for the Temporal Web UI, and for nothing else in a browser.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from settings import Settings

CODEC: Final = "/codec/"

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SENT: Final = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID")
_READ: Final = ("Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed")
_LOOPBACK: Final = ("127.0.0.1", "localhost")


class Cors:
    """Lets browsers show our answers to named origins. Tokens are needed as from anywhere; cookies never count."""

    def __init__(self, app: ASGIApp, origins: Sequence[str], ui_origins: Sequence[str]) -> None:
        """Answer `origins`; under /codec only `ui_origins`."""
        self._app = app
        self._api = _open_to(app, origins, _SENT) if origins else app
        self._codec = _open_to(app, ui_origins, (*_SENT, "X-Namespace"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser's question, or let the request through."""
        app = self._app
        if scope["type"] == "http":
            app = self._codec if scope["path"].startswith(CODEC) else self._api
        await app(scope, receive, send)


def ui_origins(settings: Settings) -> tuple[str, ...]:
    """Return the origins of the Temporal Web UI: the one that is set, or the embedded one under both of its names."""
    if settings.temporal_ui_url is not None:
        url = urlsplit(settings.temporal_ui_url)
        return (f"{url.scheme}://{url.netloc}",)
    return tuple(f"http://{name}:{settings.temporal_ui_port}" for name in _LOOPBACK)


def _open_to(app: ASGIApp, origins: Sequence[str], sent: Sequence[str]) -> CORSMiddleware:
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods=_METHODS, allow_headers=sent, expose_headers=_READ, max_age=600
    )

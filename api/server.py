"""The API's server process: streams end when it is told to stop, so that a stop takes moments."""

import asyncio
import socket
from datetime import timedelta
from typing import Final

import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.app import create_app
from api.services import Services
from settings import Settings
from tracing import Traces

_FIRST_REQUEST: Final = timedelta(seconds=20)
"""How long a new connection may take for the head of its first request."""
_GRACE: Final = timedelta(seconds=5)
"""What other open requests get: as long as Temporal may take to answer one."""


_IDLE: Final = timedelta(seconds=15)
"""How long a connection is kept for a next request: longer than clients keep theirs, which would meet a closed one."""


class Patience(H11Protocol):
    """Connections that have to begin a request in time; uvicorn would keep silent ones for ever."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  as uvicorn's own
        """Begin to wait."""
        super().connection_made(transport)
        self.loop.call_later(_FIRST_REQUEST.total_seconds(), self._close_unless_asked)

    def _close_unless_asked(self) -> None:
        if not self.cycle and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """A server whose event streams end when it shuts down; they would never end by themselves."""

    def __init__(self, settings: Settings, app: FastAPI) -> None:
        """Serve `app` where `settings` say."""
        self._app = app
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.api_host,
                port=settings.api_port,
                log_config=None,
                access_log=False,
                server_header=False,
                http=Patience,
                timeout_keep_alive=int(_IDLE.total_seconds()),
                timeout_graceful_shutdown=int(_GRACE.total_seconds()),
            )
        )

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let streams end, then everything else."""
        services: Services | None = getattr(self._app.state, "services", None)
        if services is not None:
            services.closing.set()
        await super().shutdown(sockets)


def server_of(settings: Settings, traces: Traces | None = None) -> Server:
    """Return a server of an installation's API. Raises what `create_app` raises; `run()` it."""
    return Server(settings, create_app(settings, traces))

"""The API's server process: streams end when it is told to stop, so that a stop takes moments."""

import socket
from datetime import timedelta
from typing import Final

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from api.app import create_app
from api.services import Services
from settings import Settings

_GRACE: Final = timedelta(seconds=5)
"""What other open requests get: as long as Temporal may take to answer one."""


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


def server_of(settings: Settings) -> Server:
    """Return a server of an installation's API. Raises what `create_app` raises; `run()` it."""
    return Server(settings, create_app(settings))

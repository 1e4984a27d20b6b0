"""`pagewright api`: one API process."""

from datetime import timedelta
from types import FrameType
from typing import Final

import typer
import uvicorn
from fastapi import FastAPI

import logs
from api.app import create_app
from api.security import InsecureBindError
from cli.configuration import load_settings
from cli.errors import UserError
from providers.catalogue import CatalogueError
from settings import Settings

_GRACE: Final = timedelta(seconds=5)
"""What open requests get when the process stops."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(api)


def api() -> None:
    """Run the API process until SIGTERM or Ctrl-C."""
    settings = load_settings()
    logs.configure(settings.log_level)
    app = _app(settings)
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(_GRACE.total_seconds()),
    )
    _Server(config, app).run()


class _Server(uvicorn.Server):
    """Ends event streams when it is told to stop: they would last as long as their watchers, and hold it up."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take the signal."""
        if self.started:
            self._app.state.services.closing.set()
        super().handle_exit(sig, frame)


def _app(settings: Settings) -> FastAPI:
    try:
        return create_app(settings)
    except (InsecureBindError, CatalogueError) as error:
        message = f"The API cannot start: {error}."
        raise UserError(message) from error

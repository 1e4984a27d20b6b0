"""`pagewright api`: one API process."""

import asyncio

import typer

import logs
import tracing
from api.guards.security import OpenDoorError
from api.server import Server, server_of
from cli.configuration import load_settings
from cli.errors import UserError
from embedded.ports import api_port, require_free
from embedded.schema import require_schema
from providers.catalogue import CatalogueError
from settings import Settings
from workflows.key_file import KeyFileError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(api)


def api() -> None:
    """Run the API process until SIGTERM or Ctrl-C."""
    settings = load_settings()
    logs.configure(settings.log_level, traced=tracing.is_on())
    server = _server(settings)
    asyncio.run(_require_place(settings))
    server.run()


async def _require_place(settings: Settings) -> None:
    await require_schema(settings)
    await require_free([api_port(settings)])


def _server(settings: Settings) -> Server:
    try:
        return server_of(settings, tracing.start(tracing.API))
    except (OpenDoorError, CatalogueError, KeyFileError) as error:
        message = f"The API cannot start: {error}."
        raise UserError(message) from error

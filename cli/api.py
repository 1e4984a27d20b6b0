"""`pagewright api`: one API process."""

from datetime import timedelta
from typing import Final

import typer
import uvicorn
from api.app import create_app
from pydantic import SecretStr

import logs
from api.security import InsecureBindError, refuse_open_door
from cli.configuration import load_settings
from cli.errors import UserError
from embedded.data_directory import open_data_directory, owner_token
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
    try:
        refuse_open_door(settings)
        app = create_app(_with_token(settings))
    except (InsecureBindError, CatalogueError) as error:
        message = f"The API cannot start: {error}."
        raise UserError(message) from error
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(_GRACE.total_seconds()),
    )


def _with_token(settings: Settings) -> Settings:
    """Return settings that carry the owner's token: the configured one, or the data directory's."""
    if settings.token is not None:
        return settings
    token = owner_token(open_data_directory(settings.data_dir))
    return settings.model_copy(update={"token": SecretStr(token)})

"""`pagewright api`: one API process."""

import ipaddress
from datetime import timedelta
from typing import Final

import typer
import uvicorn
from api.app import create_app

from cli.configuration import load_settings
from cli.errors import UserError
from settings import Settings

_GRACE: Final = timedelta(seconds=5)
"""What open requests get when the process stops; event streams never end by themselves."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(api)


def api() -> None:
    """Run the API process until SIGTERM or Ctrl-C."""
    settings = load_settings()
    _refuse_open_door(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(_GRACE.total_seconds()),
    )


def _refuse_open_door(settings: Settings) -> None:
    """Raise UserError when the API would listen beyond this machine with a token nobody chose."""
    if settings.token is None and not _is_loopback(settings.api_host):
        message = f"The API would listen on {settings.api_host}, beyond this machine, without a token of its own."
        raise UserError(message, "Set PAGEWRIGHT_TOKEN to a long secret, or PAGEWRIGHT_API_HOST to 127.0.0.1.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

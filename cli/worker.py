"""`pagewright worker`: one worker process."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

import worker as worker_process
from cli.configuration import load_settings
from cli.errors import UserError
from providers.catalogue import CatalogueError
from storage.schema import NewerSchemaError, OlderSchemaError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(worker)


def worker(
    ready_file: Annotated[
        Path | None, typer.Option(help="A file that exists while the worker polls its queues.", show_default=False)
    ] = None,
) -> None:
    """Run a worker process until SIGTERM or Ctrl-C."""
    try:
        asyncio.run(worker_process.run(load_settings(), ready_file))
    except (CatalogueError, NewerSchemaError, OlderSchemaError) as error:
        message = f"The worker cannot start: {error}."
        raise UserError(message) from error

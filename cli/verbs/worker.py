"""`pagewright worker`: one worker process, or several."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from temporalio.service import RPCError

from cli.configuration import load_settings
from cli.errors import UserError
from embedded.schema import require_schema
from embedded.worker_pool import run_pool
from exporter import NoPortError
from providers.catalogue import CatalogueError
from settings import Settings
from workflows.key_file import KeyFileError


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(worker)


def worker(
    ready_file: Annotated[
        Path | None, typer.Option(help="A file that exists while the worker polls its queues.", show_default=False)
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many processes share the work.")] = 1,
) -> None:
    """Run a worker until SIGTERM or Ctrl-C."""
    settings = load_settings()
    if processes == 1:
        _run(settings, ready_file)
        return
    command = (sys.executable, "-m", "cli.main", "worker")
    raise typer.Exit(asyncio.run(run_pool(command, processes, ready_file)))


def _run(settings: Settings, ready_file: Path | None) -> None:
    import worker as worker_process  # noqa: PLC0415  a pool's parent does not need what its members do

    asyncio.run(require_schema(settings))
    try:
        asyncio.run(worker_process.run(settings, ready_file))
    except (CatalogueError, KeyFileError, NoPortError) as error:
        message = f"The worker cannot start: {error}."
        raise UserError(message) from error
    except RPCError as error:
        message = f"The worker cannot work with Temporal: {error.message.rstrip('.')}."
        raise UserError(message, "`pagewright doctor` checks its namespace and search attributes.") from error

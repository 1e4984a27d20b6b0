"""The three children of the stack: Temporal's dev server, a worker and the API."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

from embedded.binary import find_binary
from embedded.data_directory import DataDirectory
from embedded.environment import child_environment
from embedded.process import ChildSpec
from embedded.progress import Progress
from embedded.readiness import FileReadiness, HttpReadiness, TemporalReadiness
from embedded.schema import upgrade_schema
from settings import Settings

LOOPBACK: Final = "127.0.0.1"

_AFTER_GRACE: Final = timedelta(seconds=5)
"""What a worker gets to say goodbye once its calls had their time."""

_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000")
_DYNAMIC: Final = (
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
    "matching.enableFairness=true",
)


async def embedded_children(
    settings: Settings, directory: DataDirectory, on_progress: Progress
) -> tuple[ChildSpec, ...]:
    """Return the children in the order they start, once the database is up to date.

    Raises StackError when Temporal's binary cannot be got or the database cannot be used.
    """
    binary = await find_binary(settings.temporal_cli, on_progress)
    await upgrade_schema(settings)
    environment = child_environment(os.environ, settings, directory.root, temporal_address(settings))
    return (
        ChildSpec(
            name="temporal",
            command=temporal_command(
                binary,
                directory.temporal_database,
                settings.temporal_port,
                settings.temporal_ui_port,
                settings.temporal_metrics_port,
            ),
            environment=environment,
            readiness=TemporalReadiness(temporal_address(settings)),
        ),
        ChildSpec(
            name="worker",
            command=_pagewright("worker", "--ready-file", str(directory.worker_ready_file)),
            environment=environment,
            readiness=FileReadiness(directory.worker_ready_file),
            grace=settings.shutdown_grace + _AFTER_GRACE,
        ),
        ChildSpec(
            name="api",
            command=_pagewright("api"),
            environment=environment,
            readiness=HttpReadiness(f"{settings.local_api_url}/readyz"),
        ),
    )


def temporal_command(
    binary: Path, database: Path | None, port: int, ui_port: int | None, metrics_port: int | None = None
) -> tuple[str, ...]:
    """Return the command of a dev server on loopback.

    In memory without `database`, no Web UI without `ui_port`, metrics on a port nobody knows without `metrics_port`.
    """
    command = [str(binary), "server", "start-dev", "--ip", LOOPBACK, "--port", str(port), "--log-level", "warn"]
    command += ["--headless"] if ui_port is None else ["--ui-ip", LOOPBACK, "--ui-port", str(ui_port)]
    if metrics_port is not None:
        command += ["--metrics-port", str(metrics_port)]
    if database is not None:
        command += ["--db-filename", str(database)]
        command += [argument for pragma in _PRAGMAS for argument in ("--sqlite-pragma", pragma)]
    command += [argument for value in _DYNAMIC for argument in ("--dynamic-config-value", value)]
    return tuple(command)


def temporal_address(settings: Settings) -> str:
    """Return host:port of the embedded Temporal."""
    return f"{LOOPBACK}:{settings.temporal_port}"


def _pagewright(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "cli.main", *arguments)

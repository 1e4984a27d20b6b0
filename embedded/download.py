"""Temporal's binary by the way of the SDK's own download."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.testing import WorkflowEnvironment

from embedded.errors import StackError
from embedded.progress import Progress

TIME_LIMIT: Final = timedelta(minutes=2)


async def download(target: Path, version: str, on_progress: Progress, time_limit: timedelta = TIME_LIMIT) -> None:
    """Put Temporal's CLI `version` at `target`. Raises StackError; without internet it does so at once.

    The SDK only downloads in order to start a server, so one is started, in memory on a free port, and stopped.
    """
    on_progress(f"Downloading Temporal {version} (usually seconds, {time_limit.seconds} s at most) ...")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=target.parent) as folder:
        try:
            async with asyncio.timeout(time_limit.total_seconds()):
                await _download_into(folder, version)
        except TimeoutError as error:
            message = f"Downloading Temporal {version} took longer than {time_limit.seconds} s."
            raise StackError(message, "Try again on a faster connection.") from error
        except RuntimeError as error:
            message = f"Temporal {version} could not be downloaded: {_cause(error)}."
            raise StackError(message, "Connect to the internet and try again.") from error
        _only_file(Path(folder)).replace(target)


async def _download_into(folder: str, version: str) -> None:
    environment = await WorkflowEnvironment.start_local(  # pyright: ignore[reportUnknownMemberType]  # untyped keys
        ip="127.0.0.1", download_dest_dir=folder, dev_server_download_version=f"v{version}"
    )
    await environment.shutdown()


def _only_file(folder: Path) -> Path:
    files = [file for file in folder.iterdir() if file.is_file()]
    if len(files) != 1:
        message = f"The download left {len(files)} files where one binary was expected."
        raise StackError(message, "Set PAGEWRIGHT_TEMPORAL_CLI to a Temporal binary.")
    return files[0]


def _cause(error: RuntimeError) -> str:
    """Return what the SDK says was wrong, without its preamble."""
    return str(error).rpartition("executable: ")[2].rstrip(".")

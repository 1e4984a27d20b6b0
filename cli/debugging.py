"""Workflow histories: downloaded from Temporal, and replayed with the code at hand."""

import asyncio
import os
from pathlib import Path
from typing import Final

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from cli.configuration import load_settings
from cli.errors import UserError
from cli.formats import clean
from cli.screen.render import print_cell, print_line, print_note
from cli.screen.table import Cell
from embedded.children import temporal_address
from settings import Settings
from worker import WORKFLOWS, workflow_runner
from workflows.client import connect, data_converter
from workflows.encryption import KeyRing
from workflows.key_file import KeyFileError, key_ring

_PLACES: Final = {
    "dlq_": "DeadLetterWorkflow.run in workflows/dead_letter.py",
    "batch_": "BatchWorkflow.run in workflows/batch.py",
    "": "PageWorkflow.run in workflows/page.py",
}
_PRIVATE: Final = 0o600
"""A history holds a brief."""
_HINT: Final = """To step through it with a debugger:
  1. write breakpoint() where it shall stop, for example in {place}
  2. TEMPORAL_DEBUG=1 pagewright jobs debug {name} --history {file}
It runs as often as you like: nothing is requested, stored or paid for in a replay."""


def debug_workflow(name: str, downloaded: Path | None, out: Path | None) -> bool:
    """Replay the history of a workflow's newest run, or one that was downloaded, and tell how it went.

    Return whether it replays. Raises UserError when there is no such history, or Temporal or its keys cannot be used.
    """
    settings = load_settings()
    keys = _keys(settings)
    if downloaded is None:
        file = out or Path(f"{name}.history.json")
        history = asyncio.run(_download(name, settings, keys))
        _keep(history, file)
        print_note(f"Wrote {file}. It may hold words of a brief: remove it when you are done.")
    else:
        file, history = downloaded, _read(name, downloaded)
    failure = asyncio.run(replay(history, keys))
    if failure is None:
        print_cell(Cell(f"✓ {name} replays: {len(history.events)} events, the same decisions.", "good"))
    else:
        print_cell(Cell(f"✗ {name} does not replay: {clean(str(failure))}", "bad"))
    print_line(_HINT.format(name=name, file=file, place=place_of(name)))
    return failure is None


def place_of(name: str) -> str:
    """Return where the workflow of this id begins."""
    return next(place for prefix, place in _PLACES.items() if name.startswith(prefix))


async def replay(history: WorkflowHistory, keys: KeyRing) -> Exception | None:
    """Return why a history does not replay with this code; None when it does."""
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=workflow_runner(), data_converter=data_converter(keys))
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


async def _download(name: str, settings: Settings, keys: KeyRing) -> WorkflowHistory:
    try:
        client = await _client(settings, keys)
        return await client.get_workflow_handle(name).fetch_history()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise _away(error) from None
        message = f"Temporal has no workflow {name}."
        hint = "It keeps closed ones for its retention, and none of a deleted job. Is TEMPORAL_NAMESPACE right?"
        raise UserError(message, hint) from None
    except RuntimeError as error:
        raise _away(error) from None


async def _client(settings: Settings, keys: KeyRing) -> Client:
    if "TEMPORAL_ADDRESS" in os.environ:
        return await connect(keys)
    return await Client.connect(temporal_address(settings), data_converter=data_converter(keys))


def _away(error: Exception) -> UserError:
    reason = clean(str(error).split("\n", maxsplit=1)[0])[:200]
    return UserError(
        f"Temporal does not answer: {reason}", "TEMPORAL_ADDRESS says where it is; or start pagewright up."
    )


def _keys(settings: Settings) -> KeyRing:
    try:
        return key_ring(settings.encryption_keys, settings.resolved_encryption_keys_file)
    except KeyFileError as error:
        message = f"The keys of payloads cannot be used: {error}."
        raise UserError(message) from None


def _keep(history: WorkflowHistory, file: Path) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(history.to_json())
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}."
        raise UserError(message, "Name another place with --out.") from error


def _read(name: str, file: Path) -> WorkflowHistory:
    try:
        return WorkflowHistory.from_json(name, file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}."
        raise UserError(message) from error
    except (ValueError, KeyError) as error:  # no JSON, or none of a history
        message = f"{file} holds no workflow history."
        raise UserError(message, "Download one: leave --history out.") from error

"""A batch watched at the terminal until it ends; to stop watching changes nothing for the batch."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Final

import typer

from cli.client.answers import read
from cli.client.batch_answers import Batch
from cli.client.client import Api, connect
from cli.client.endpoint import endpoint
from cli.client.problem import ApiError, UnreachableError
from cli.configuration import load_settings
from cli.errors import UserError
from cli.live.attention import attended, left_alone
from cli.live.batch_lines import bad_lines, tell_lines
from cli.screen.render import is_terminal, print_fields, print_json, print_line, print_note, progress_bar
from cli.tables.batch import BAD, fields, words

BATCHES: Final = "/api/ai/batches"

_DONE: Final = "completed"
_BETWEEN: Final = 1.0
"""Seconds."""
_PATIENCE: Final = 120
"""Looks in vain, one after the other, until the API is given up."""
_SERVER_ERROR: Final = 500

Begin = Callable[[Api], Awaitable[str]]
Show = Callable[[float, float, str], None]


def attend(begin: Begin, *, as_json: bool) -> None:
    """Begin a batch, or name one, and show its progress to its end.

    Ends with exit code 1 when it was cancelled or a line of it failed, and with 130 when it was left alone.
    """
    finished = attended(_to_its_end(begin, as_json=as_json))
    if finished.status != _DONE or finished.counts.get("failed") or finished.counts.get("invalid"):
        raise typer.Exit(1)


async def _to_its_end(begin: Begin, *, as_json: bool) -> Batch:
    async with connect(endpoint(load_settings()), print_note) as api:
        name = await begin(api)
        await left_alone(_watch(api, name, aside=as_json), name, "batches watch")
        answer = await api.get(f"{BATCHES}/{name}")
        finished = read(Batch, answer)
        if as_json:
            print_json(answer)
        else:
            print_fields(fields(finished, datetime.now(UTC)))
            if (bad := await bad_lines(api, finished)) is not None:
                tell_lines(finished.id, BAD, bad)
        return finished


async def _watch(api: Api, name: str, *, aside: bool) -> None:
    shows_bar = is_terminal() and not aside
    with progress_bar() if shows_bar else nullcontext(_lines(print_note if aside else print_line)) as show:
        while True:
            batch = await _look(api, name)
            show(batch.settled, batch.total, words(batch))
            if batch.finished_at is not None:
                return
            await asyncio.sleep(_BETWEEN)


async def _look(api: Api, name: str) -> Batch:
    """Return a batch as it is now, through every loss of the connection. Raises UserError when it stays lost."""
    for failures in range(_PATIENCE):
        try:
            return read(Batch, await api.get(f"{BATCHES}/{name}"))
        except (UnreachableError, ApiError) as error:
            if isinstance(error, ApiError) and error.status < _SERVER_ERROR:
                raise
            if not failures:
                print_note(f"The connection is lost ({error.message.splitlines()[0]}); trying again.")
        await asyncio.sleep(_BETWEEN)
    message = f"{name} cannot be watched: the API does not answer."
    raise UserError(message, f"The batch goes on without us. Attach again with: pagewright batches watch {name}")


def _lines(say: Callable[[str], None]) -> Show:
    """Return what says a line each time something has changed."""
    said = ""

    def show(done: float, total: float, text: str) -> None:
        nonlocal said
        line = f"{done:g} of {total:g}: {text}"
        if line != said:
            say(line)
            said = line

    return show

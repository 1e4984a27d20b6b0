"""`pagewright jobs submit`: a file of briefs, sent as it is read, and watched to its end."""

import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import read
from cli.client.batch_answers import Batch
from cli.client.client import Api, Upload, ask
from cli.errors import UserError
from cli.live.batch import attend
from cli.screen.render import print_json, print_line, print_note
from cli.tables.batch import problem

_PATH: Final = "/api/ai/jobs/batch"
_STDIN: Final = "-"
_CHUNK: Final = 256 * 1024
_MEGABYTE: Final = 1_000_000
_LARGE: Final = 2 * _MEGABYTE
"""Bytes from which on a person would wonder whether anything happens."""


def submit(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="JSON lines (.jsonl), or a JSON array (.json); - reads lines from stdin."),
    ],
    per_second: options.PerSecond = None,
    in_flight: options.InFlight = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Show the batch's progress until it ends.")] = True,
    as_json: options.AsJson = False,
) -> None:
    """Submit many briefs at once. Each line is a brief, or a request as POST /api/ai/jobs takes it.

    A line that cannot be taken is reported and stops no other. Ctrl-C leaves the batch alone.
    """
    with _opened(file) as source:
        query = {"perSecond": None if per_second is None else str(per_second), "inFlight": in_flight}
        media_type = "application/json" if file.endswith(".json") else "application/x-ndjson"
        size = source.seek(0, SEEK_END)
        upload = Upload(media_type, size, lambda: _chunks(source, size))

        async def send(api: Api) -> JsonValue:
            return await api.upload(_PATH, query, upload)

        if not wait:
            _submit_only(ask(send, print_note), as_json=as_json)
            return

        async def begin(api: Api) -> str:
            batch = read(Batch, await send(api))
            print_note(f"{batch.id} has {batch.total} lines. Attach again with: pagewright batches watch {batch.id}")
            _tell_problems(batch)
            return batch.id

        attend(begin, as_json=as_json)


def _submit_only(answer: JsonValue, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    batch = read(Batch, answer)
    _tell_problems(batch)
    print_line(f"{batch.id} has {batch.total} lines.")
    print_line(f"Watch it with: pagewright batches watch {batch.id}")


def _tell_problems(batch: Batch) -> None:
    for line in batch.problems:
        print_note(problem(line))
    if batch.counts.get("invalid", 0) > len(batch.problems):
        print_note(f"See all with: pagewright batches view {batch.id} --lines invalid")


@contextmanager
def _opened(file: str) -> Generator[BinaryIO]:
    """Open a file that can be read from its beginning again. Raises UserError."""
    if file == _STDIN:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            yield copy
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115  closed below; what is done with it may raise OSError, too
    except OSError as error:
        message = f"The briefs in {file} cannot be read: {error.strerror or error}."
        raise UserError(message) from error
    with source:
        yield source


async def _chunks(source: BinaryIO, size: int) -> AsyncIterator[bytes]:
    """Yield a file from its beginning; of a large one, say how far it is sent."""
    source.seek(0)
    sent = tenths = 0
    while chunk := source.read(_CHUNK):
        yield chunk
        sent += len(chunk)
        if size >= _LARGE and sent * 10 // size > tenths:
            tenths = sent * 10 // size
            print_note(f"Sent {sent / _MEGABYTE:.1f} of {size / _MEGABYTE:.1f} MB.")
    if size >= _LARGE:
        print_note("All is sent. The API is checking the lines.")

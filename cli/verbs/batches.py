"""`pagewright batches`: what is done in bulk, and steering it."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import read
from cli.client.batch_answers import Batch, Batches
from cli.client.client import Api, ask
from cli.confirm import confirm
from cli.live.again import Watch, show_once_or_again
from cli.live.batch import BATCHES, attend
from cli.live.batch_lines import MOST_SHOWN, bad_lines, lines_of, tell_lines
from cli.screen.render import print_fields, print_json, print_note, print_table
from cli.tables import batch as batch_tables

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="batches", help="See and steer what is done in bulk.")


@_app.command("list")
def list_batches(
    status: Annotated[
        list[str] | None,
        typer.Option(help="Only batches of this status: waiting, active, paused, completed, ...; repeatable."),
    ] = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List batches, the newest first: briefs sent together, and dead letters retried or discarded in bulk."""

    def show() -> None:
        answer = ask(lambda api: api.get(BATCHES, {"status": status, "limit": limit, "cursor": cursor}), print_note)
        if as_json:
            print_json(answer)
            return
        batches = read(Batches, answer)
        print_table(batch_tables.listing(batches.batches, datetime.now(UTC)))
        if batches.next_cursor:
            print_note(f"There are more: --cursor {batches.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def view(
    batch: options.BatchId,
    lines: Annotated[
        list[str] | None,
        typer.Option(help="Show lines of this status: invalid, failed, running, completed, ...; repeatable."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines to show.")] = MOST_SHOWN,
    cursor: options.Cursor = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a batch: its progress, its cost, and the first lines that failed or were refused, each with its reason.

    With --lines it shows lines of other statuses; with --json these alone.
    """

    async def seen(api: Api) -> tuple[JsonValue, JsonValue]:
        answer = await api.get(f"{BATCHES}/{batch}")
        if lines:
            return answer, await lines_of(api, batch, lines, limit, cursor)
        return answer, None if as_json else await bad_lines(api, read(Batch, answer), limit)

    answer, found = ask(seen, print_note)
    if as_json:
        print_json(answer if found is None else found)
        return
    print_fields(batch_tables.fields(read(Batch, answer), datetime.now(UTC)))
    if found is not None:
        tell_lines(batch, lines or batch_tables.BAD, found)


@_app.command()
def watch(batch: options.BatchId, as_json: options.AsJson = False) -> None:
    """Show a batch's progress until it ends. Ctrl-C leaves the batch alone.

    The exit code is 0 when every line completed.
    """

    async def begin(_api: Api) -> str:
        return batch

    attend(begin, as_json=as_json)


@_app.command()
def pause(batch: options.BatchId, as_json: options.AsJson = False) -> None:
    """Begin no further line. Lines that run go on."""
    _steer(batch, "pause", {}, as_json=as_json)


@_app.command()
def resume(batch: options.BatchId, as_json: options.AsJson = False) -> None:
    """Let a paused batch go on."""
    _steer(batch, "resume", {}, as_json=as_json)


@_app.command()
def cancel(
    batch: options.BatchId,
    running: Annotated[bool, typer.Option("--running", help="Cancel the jobs that run, too.")] = False,
    yes: options.Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Begin no further line for good. Jobs that run come to their ends."""
    if not yes:
        confirm(f"Cancel {batch}? Its lines that wait are given up.", f"{batch} is not cancelled")
    _steer(batch, "cancel", {"running": running}, as_json=as_json)


def _steer(batch: str, action: str, body: dict[str, JsonValue], *, as_json: bool) -> None:
    answer = ask(lambda api: api.post(f"{BATCHES}/{batch}/{action}", body), print_note)
    if as_json:
        print_json(answer)
        return
    print_fields(batch_tables.fields(read(Batch, answer), datetime.now(UTC)))

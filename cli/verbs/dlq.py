"""`pagewright dlq`: failed rounds, held until somebody decides."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli import options
from cli.client.answers import DeadLetter, DeadLetters, LetterStatistics, Round, read
from cli.client.client import ask
from cli.client.letter import LETTERS
from cli.client.request import given, route_request
from cli.confirm import confirm
from cli.live.again import Watch, show_once_or_again
from cli.moment import Since, Until, moment_of
from cli.screen import letter_report
from cli.screen.remedy import commands, remedy_of
from cli.screen.render import is_terminal, print_fields, print_json, print_line, print_note, print_table
from cli.screen.round import tell_begun
from cli.tables import letter as letter_tables
from cli.verbs import bulk

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Which(StrEnum):
    """Which dead letters a list shows."""

    OPEN = "open"
    RETRIED = "retried"
    DISCARDED = "discarded"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="dlq", help="See, retry and discard failed rounds.")


@_app.command("list")
def list_letters(  # noqa: PLR0913, PLR0917  # one parameter an option
    status: Annotated[Which, typer.Option(help="Which ones.")] = Which.OPEN,
    error_type: options.OfErrorType = None,
    provider: options.OfProvider = None,
    model: options.OfModel = None,
    can_retry: Annotated[
        bool | None,
        typer.Option("--can-retry/--cannot-retry", help="Whether the same route may succeed.", show_default=False),
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List dead letters, the newest first."""

    def show() -> None:
        now = datetime.now(UTC)
        query = {
            "status": status.value,
            "errorType": error_type,
            "provider": provider,
            "model": model,
            "canRetry": None if can_retry is None else str(can_retry).lower(),
            "since": moment_of(since, now),
            "until": moment_of(until, now),
            "limit": limit,
            "cursor": cursor,
        }
        answer = ask(lambda api: api.get(LETTERS, query), print_note)
        if as_json:
            print_json(answer)
            return
        letters = read(DeadLetters, answer)
        print_table(letter_tables.listing(letters.entries, now))
        if letters.next_cursor:
            print_note(f"There are more: --cursor {letters.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def stats(watch: Watch = False, as_json: options.AsJson = False) -> None:
    """Count the open dead letters.

    By error, provider, model and day, with the money they hold. What is not a terminal gets a line for each field,
    under the name it has in JSON.
    """

    def show() -> None:
        answer = ask(lambda api: api.get(f"{LETTERS}/stats"), print_note)
        if as_json:
            print_json(answer)
        elif is_terminal():
            letter_report.show(read(LetterStatistics, answer))
        else:
            for line in letter_report.lines(answer):
                print_line(line)

    show_once_or_again(show, watch=watch)


@_app.command()
def view(letter: options.LetterId, as_json: options.AsJson = False) -> None:
    """Show a dead letter: what failed, what is kept, what it cost and what a retry would."""
    answer = ask(lambda api: api.get(f"{LETTERS}/{letter}"), print_note)
    if as_json:
        print_json(answer)
        return
    shown = read(DeadLetter, answer)
    print_fields(letter_tables.fields(shown, datetime.now(UTC)))
    if shown.status == letter_tables.OPEN:
        for way in commands(remedy_of(shown), f"pagewright dlq retry {shown.dlq_job_id}"):
            print_line(way)


@_app.command()
def retry(  # noqa: PLR0913  # one parameter an option
    letters: options.LetterIds = None,
    *,
    everything: options.All = False,
    error_type: options.OfErrorType = None,
    provider: options.OfProvider = None,
    since: Since = None,
    model: options.Model = None,
    fallback: options.Fallback = None,
    max_cost: options.MaxCost = None,
    force: options.Force = False,
    per_second: options.PerSecond = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    wait: options.WaitForBatch = True,
    as_json: options.AsJson = False,
) -> None:
    """Begin the next round of the job; finished sections are not made again.

    With several IDs, or without one that of every dead letter the filters mean, as a batch: counted first, and then
    confirmed.
    """
    which = bulk.Filter(everything, error_type, provider, since, tuple(letters or ()))
    letter = bulk.only_one(which)
    body = route_request(model, fallback, max_cost) | ({"force": True} if force else {})
    if letter is None or dry_run:
        manner = bulk.Manner(dry_run=dry_run, yes=yes, wait=wait, as_json=as_json)
        bulk.do_many(f"{LETTERS}/retry", "Retry", which.request() | body | given({"perSecond": per_second}), manner)
        return
    answer = ask(lambda api: api.post(f"{LETTERS}/{letter}/retry", body), print_note)
    if as_json:
        print_json(answer)
        return
    started = read(Round, answer)
    tell_begun(started.job_id, started.round)


@_app.command()
def discard(  # noqa: PLR0913  # one parameter an option
    letters: options.LetterIds = None,
    *,
    reason: Annotated[str, typer.Option(help="Why it is given up; kept with it.", show_default=False)],
    everything: options.All = False,
    error_type: options.OfErrorType = None,
    provider: options.OfProvider = None,
    since: Since = None,
    per_second: options.PerSecond = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    wait: options.WaitForBatch = True,
    as_json: options.AsJson = False,
) -> None:
    """Give a failed round up. What it cost stays on the books.

    With several IDs, or without one every dead letter the filters mean, as a batch: counted first, and then confirmed.
    """
    which = bulk.Filter(everything, error_type, provider, since, tuple(letters or ()))
    letter = bulk.only_one(which)
    if letter is None or dry_run:
        manner = bulk.Manner(dry_run=dry_run, yes=yes, wait=wait, as_json=as_json)
        body = which.request() | given({"reason": reason, "perSecond": per_second})
        bulk.do_many(f"{LETTERS}/discard", "Discard", body, manner)
        return
    if not yes:
        confirm(f"Give {letter} up? This cannot be undone.", f"{letter} is not discarded")
    answer = ask(lambda api: api.post(f"{LETTERS}/{letter}/discard", {"reason": reason}), print_note)
    if as_json:
        print_json(answer)
        return
    print_line(f"{read(DeadLetter, answer).dlq_job_id} is discarded.")

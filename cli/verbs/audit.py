"""`pagewright audit`: who changed what, through the API or on the machine."""

import json
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from pydantic import Field, JsonValue

from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.client.listing import listed
from cli.formats import ago, clean, or_nothing
from cli.live.again import Watch, show_once_or_again
from cli.moment import Since, Until, moment_of
from cli.screen.render import print_json, print_note, print_table
from cli.screen.table import Cell, Column, Row, Table
from domain.model import Document

RECORDS: Final = "/api/audit"

_COLUMNS: Final = (
    Column("When", narrow="whole"),
    Column("User", narrow="cut"),
    Column("What", narrow="cut"),
    Column("On", narrow="cut"),
    Column("Before"),
    Column("After"),
    Column("Token", narrow="drop"),
    Column("From", narrow="drop"),
)

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Record(Document):
    """One change."""

    at: datetime
    user: str
    token_id: str | None = None
    address: str | None = None
    method: str
    route: str
    target: str | None = None
    before: dict[str, JsonValue] | None = None
    after: dict[str, JsonValue] | None = None


class Records(Document):
    """One page of a list."""

    records: tuple[Record, ...] = Field(default=())
    next_cursor: str | None = None


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="audit", help="See who changed what.")


@_app.callback()
def _group() -> None:
    """Keep `list` a verb of its own: a group of one verb would be that verb."""


@_app.command("list")
def list_records(  # noqa: PLR0913, PLR0917  # one parameter an option
    user: Annotated[str | None, typer.Option(help="Only this user's.", show_default=False)] = None,
    method: Annotated[
        str | None, typer.Option(help="Only requests of this method, for example DELETE.", show_default=False)
    ] = None,
    route: Annotated[
        str | None, typer.Option(help="Only routes that begin so, for example /api/ai/dlq.", show_default=False)
    ] = None,
    target: Annotated[str | None, typer.Option(metavar="ID", help="Only changes of this.", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List changes, the newest first: by whom, to what, and how it was before. Needs admin."""

    def show() -> None:
        query = {
            "user": user,
            "method": method,
            "route": route,
            "target": target,
            "since": moment_of(since, datetime.now(UTC)),
            "until": moment_of(until, datetime.now(UTC)),
            "limit": limit,
            "cursor": cursor,
        }
        answer = ask(lambda api: listed(api, RECORDS, query, "records", limit), print_note)
        if as_json:
            print_json(answer)
            return
        found, now = read(Records, answer), datetime.now(UTC)
        print_table(Table(_COLUMNS, tuple(_row(record, now) for record in found.records), empty="Nothing was changed."))
        if found.next_cursor:
            print_note(f"There are more: --cursor {found.next_cursor}")

    show_once_or_again(show, watch=watch)


def _row(record: Record, now: datetime) -> Row:
    return (
        ago(record.at, now),
        Cell(or_nothing(record.user), "strong"),
        f"{record.method} {record.route}",
        or_nothing(record.target),
        _told(record.before),
        _told(record.after),
        or_nothing(record.token_id),
        or_nothing(record.address),
    )


def _told(details: dict[str, JsonValue] | None) -> str:
    return or_nothing(
        ", ".join(f"{name}: {_plain(value)}" for name, value in (details or {}).items() if value is not None)
    )


def _plain(value: JsonValue) -> str:
    """Return a word as it is, several with commas between them, and anything else as JSON."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return clean(", ".join(map(str, value))) or "none"
    return clean(json.dumps(value, ensure_ascii=False))

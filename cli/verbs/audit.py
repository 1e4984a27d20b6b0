"""`pagewright audit`: who changed what, through the API or on the machine."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from pydantic import Field, JsonValue

from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.formats import moment, or_nothing
from cli.live.again import Watch, show_once_or_again
from cli.screen.render import print_json, print_note, print_table
from cli.screen.table import Cell, Column, Row, Table
from domain.model import Document

RECORDS: Final = "/api/audit"

_COLUMNS: Final = (
    Column("When", narrow="whole"),
    Column("User"),
    Column("Token", narrow="drop"),
    Column("From", narrow="drop"),
    Column("What"),
    Column("On"),
    Column("Before", narrow="drop"),
    Column("After", narrow="drop"),
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
    since: Annotated[datetime | None, typer.Option(help="Not before, in local time.", show_default=False)] = None,
    until: Annotated[datetime | None, typer.Option(help="Before, in local time.", show_default=False)] = None,
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
            "since": _spelled(since),
            "until": _spelled(until),
            "limit": limit,
            "cursor": cursor,
        }
        answer = ask(lambda api: api.get(RECORDS, query), print_note)
        if as_json:
            print_json(answer)
            return
        found, now = read(Records, answer), datetime.now(UTC)
        print_table(Table(_COLUMNS, tuple(_row(record, now) for record in found.records), empty="Nothing was changed."))
        if found.next_cursor:
            print_note(f"There are more: --cursor {found.next_cursor}")

    show_once_or_again(show, watch=watch)


def _spelled(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone().isoformat()


def _row(record: Record, now: datetime) -> Row:
    return (
        moment(record.at, now),
        Cell(or_nothing(record.user), "strong"),
        or_nothing(record.token_id),
        or_nothing(record.address),
        f"{record.method} {record.route}",
        or_nothing(record.target),
        _told(record.before),
        _told(record.after),
    )


def _told(details: dict[str, JsonValue] | None) -> str:
    return or_nothing(", ".join(f"{name}: {value}" for name, value in (details or {}).items()))

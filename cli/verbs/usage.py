"""`pagewright usage`: what calls to models took and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

import typer

from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.errors import UserError
from cli.live.again import Watch, show_once_or_again
from cli.output import write
from cli.screen.render import print_fields, print_json, print_note, print_table
from cli.tables import usage as usage_tables

USAGE: Final = "/api/ai/usage"

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", show_default=False, help="A UTC day.")
]
TopUsers = Annotated[int, typer.Option(min=1, max=10_000, help="Users told apart, those who cost most.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV: a line a day, model and user.")]
Out = Annotated[Path | None, typer.Option(help="Write the CSV to FILE.", metavar="FILE", show_default=False)]

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class Form:
    """How a report is wanted."""

    as_json: bool
    as_csv: bool
    out: Path | None
    watch: bool

    @property
    def is_csv(self) -> bool:
        """Whether it is CSV, printed or written to a file."""
        return self.as_csv or self.out is not None


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="usage", help="See what calls to models took and cost.")


@_app.command()
def report(  # noqa: PLR0913, PLR0917  # one parameter an option
    start: Day = None,
    end: Day = None,
    top_users: TopUsers = 100,
    watch: Watch = False,
    as_json: options.AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Report whole days, both ends included; without --start the month of --end, without --end up to today."""
    query = {"startDate": _day(start), "endDate": _day(end), "topUsersLimit": str(top_users)}
    _show("report", query, Form(as_json, as_csv, out, watch))


@_app.command("current-month")
def current_month(
    top_users: TopUsers = 100,
    watch: Watch = False,
    as_json: options.AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Report this month (UTC) up to now."""
    _show("current-month", {"topUsersLimit": str(top_users)}, Form(as_json, as_csv, out, watch))


@_app.command("last-n-days")
def last_n_days(
    days: Annotated[int, typer.Option(min=1, help="UTC days; today is one of them.")] = 7,
    top_users: TopUsers = 100,
    watch: Watch = False,
    as_json: options.AsJson = False,
    as_csv: AsCsv = False,
    out: Out = None,
) -> None:
    """Report the last days, today included."""
    query = {"days": str(days), "topUsersLimit": str(top_users)}
    _show("last-n-days", query, Form(as_json, as_csv, out, watch))


def _show(name: str, query: Mapping[str, str | None], form: Form) -> None:
    path = f"{USAGE}/{name}"
    if form.is_csv:
        if form.as_json or form.watch:
            message = f"A report as CSV is not {'JSON, too' if form.as_json else 'watched'}."
            raise UserError(message, "Leave out --json and --watch, or --csv and --out.")
        _hand_over(path, query, form.out)
        return

    def show() -> None:
        answer = ask(lambda api: api.get(path, query), print_note)
        if form.as_json:
            print_json(answer)
            return
        found = read(usage_tables.Report, answer)
        print_fields(usage_tables.totals(found))
        for table in usage_tables.tables(found):
            print_table(table)

    show_once_or_again(show, watch=form.watch)


def _hand_over(path: str, query: Mapping[str, str | None], out: Path | None) -> None:
    given = {name: value for name, value in query.items() if value is not None}
    address = f"{path}?{urlencode({**given, 'format': 'csv'})}"
    content = ask(lambda api: api.download(address), print_note)
    if out is None:
        typer.echo(content, nl=False)
    else:
        print_note(f"Wrote {write(out, content)}")


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.date().isoformat()

"""`pagewright schedules`: what is done again and again."""

from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import read
from cli.client.client import ask
from cli.client.listing import listed
from cli.client.request import given, route_request
from cli.client.schedule_answers import Schedule, Schedules, ScheduleStanding
from cli.confirm import confirm
from cli.errors import UserError
from cli.formats import NOTHING, ago, clean, moment, money, or_nothing
from cli.live.again import Watch, show_once_or_again
from cli.screen.marks import status_cell
from cli.screen.render import print_fields, print_json, print_line, print_note, print_table
from cli.screen.table import Cell, Column, Fields, Row, Table

SCHEDULES: Final = "/api/ai/schedules"

_COLUMNS: Final = (
    Column("Schedule", narrow="whole"),
    Column("State", narrow="whole"),
    Column("Name"),
    Column("Cron", narrow="whole"),
    Column("Time zone", narrow="drop"),
    Column("Runs", narrow="drop"),
    Column("Last run", right=True, narrow="drop"),
)
_SHOWN_RUNS: Final = 5

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Note = Annotated[str | None, typer.Option(help="Why; shown with it.", show_default=False)]


class Overlap(StrEnum):
    """What happens when a run is due while the one before still runs."""

    SKIP = "skip"
    BUFFER_ONE = "buffer_one"
    CANCEL_OTHER = "cancel_other"
    ALLOW_ALL = "allow_all"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="schedules", help="Make pages anew, or submit batches again, on a cron expression.")


@_app.command()
def create(  # noqa: PLR0913, PLR0917  # one parameter an option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for, in your own words.")],
    cron: Annotated[str, typer.Option(metavar="CRON", help="When: '0 6 * * mon', @daily, ...")],
    page: Annotated[
        str | None, typer.Option(metavar="ID", help="The page to make anew from its brief.", show_default=False)
    ] = None,
    batch: Annotated[
        str | None, typer.Option(metavar="ID", help="The batch whose briefs to submit again.", show_default=False)
    ] = None,
    timezone: Annotated[str, typer.Option(metavar="ZONE", help="In which CRON is read: Europe/Madrid, ...")] = "UTC",
    overlap: Annotated[Overlap, typer.Option(help="What happens when the run before still runs.")] = Overlap.SKIP,
    jitter: Annotated[int, typer.Option(metavar="SECONDS", min=0, help="Begin each run up to so much later.")] = 0,
    model: options.Model = None,
    fallback: options.Fallback = None,
    max_cost: options.MaxCost = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a schedule of a page or of a batch. Each run makes a job of its own, and pays for it."""
    if (page is None) == (batch is None):
        message = "Give either --page or --batch."
        raise UserError(message, "For example: pagewright schedules create offer --page page_... --cron '0 6 * * mon'")
    wish: dict[str, JsonValue] = {
        "name": name,
        "cron": cron,
        "pageId": page,
        "batchId": batch,
        "timezone": timezone,
        "overlap": overlap.value,
        "jitterSeconds": jitter,
    }
    body = given(wish) | route_request(model, fallback, max_cost)
    answer = ask(lambda api: api.post(SCHEDULES, body), print_note)
    if as_json:
        print_json(answer)
        return
    made = read(Schedule, answer)
    print_line(f"{made.id} is made.")
    print_line(f"See when it runs with: pagewright schedules view {made.id}")


@_app.command("list")
def list_schedules(
    page: Annotated[
        str | None, typer.Option(metavar="ID", help="Only schedules of this page.", show_default=False)
    ] = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List schedules, the newest first."""

    def show() -> None:
        query = {"pageId": page, "limit": limit, "cursor": cursor}
        answer = ask(lambda api: listed(api, SCHEDULES, query, "schedules", limit), print_note)
        if as_json:
            print_json(answer)
            return
        found, now = read(Schedules, answer), datetime.now(UTC)
        print_table(Table(_COLUMNS, tuple(_row(schedule, now) for schedule in found.schedules), empty="No schedules."))
        if found.next_cursor:
            print_note(f"There are more: --cursor {found.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def view(schedule: options.ScheduleId, as_json: options.AsJson = False) -> None:
    """Show a schedule, its next runs and what came of the last one."""
    answer = ask(lambda api: api.get(f"{SCHEDULES}/{schedule}"), print_note)
    if as_json:
        print_json(answer)
        return
    shown, now = read(Schedule, answer), datetime.now(UTC)
    print_fields(_fields(shown, now))
    if shown.standing is None:
        print_note("Temporal does not answer: when it runs next cannot be told just now.")
    elif shown.paused:
        print_line("It is paused: no run is due. See `pagewright schedules resume --help`.")
    else:
        print_fields(_runs(shown.standing, shown.timezone))


@_app.command()
def pause(schedule: options.ScheduleId, note: Note = None, as_json: options.AsJson = False) -> None:
    """Hold a schedule. What it began goes on."""
    _steer(schedule, "pause", given({"note": note}), "is paused", as_json=as_json)


@_app.command()
def resume(schedule: options.ScheduleId, note: Note = None, as_json: options.AsJson = False) -> None:
    """Let a schedule go on. What was due meanwhile is not made up for."""
    _steer(schedule, "resume", given({"note": note}), "goes on", as_json=as_json)


@_app.command()
def trigger(schedule: options.ScheduleId, as_json: options.AsJson = False) -> None:
    """Let a schedule run now, paused or not."""
    _steer(schedule, "trigger", {}, "runs", as_json=as_json)


@_app.command()
def delete(schedule: options.ScheduleId, yes: options.Yes = False) -> None:
    """Delete a schedule. What it made stays, and what it began goes on."""
    if not yes:
        confirm(f"Delete {schedule}?", "Nothing was deleted")
    ask(lambda api: api.delete(f"{SCHEDULES}/{schedule}"), print_note)
    print_line(f"{schedule} is deleted.")


def _steer(schedule: str, verb: str, body: dict[str, JsonValue], done: str, *, as_json: bool) -> None:
    answer = ask(lambda api: api.post(f"{SCHEDULES}/{schedule}/{verb}", body), print_note)
    if as_json:
        print_json(answer)
        return
    print_line(f"{read(Schedule, answer).id} {done}.")


def _row(schedule: Schedule, now: datetime) -> Row:
    return (
        schedule.id,
        _state(schedule),
        schedule.name,
        schedule.cron,
        schedule.timezone,
        schedule.page_id or schedule.batch_id or NOTHING,
        NOTHING if schedule.last_run is None else ago(schedule.last_run.scheduled_at, now),
    )


def _fields(schedule: Schedule, now: datetime) -> Fields:
    return Fields(
        (
            ("Schedule", Cell(schedule.id, "strong")),
            ("Name", schedule.name),
            ("State", _state(schedule)),
            ("Note", or_nothing(schedule.note)),
            ("Page", or_nothing(schedule.page_id)),
            ("Batch", or_nothing(schedule.batch_id)),
            ("Cron", schedule.cron),
            ("Time zone", schedule.timezone),
            ("Overlap", schedule.overlap),
            ("Jitter", f"up to {schedule.jitter_seconds} s" if schedule.jitter_seconds else NOTHING),
            ("Route", " > ".join(schedule.route or ()) or NOTHING),
            ("Cap of a job", NOTHING if schedule.max_cost_usd is None else money(schedule.max_cost_usd)),
            ("Last run", _last_run(schedule, now)),
            ("Temporal", or_nothing(schedule.links.temporal)),
        )
    )


def _last_run(schedule: Schedule, now: datetime) -> str:
    run = schedule.last_run
    if run is None:
        return NOTHING
    began = run.job_id or run.batch_id
    what = ": ".join(filter(None, (run.outcome, began or clean(run.reason or ""))))
    return f"{moment(run.scheduled_at, now)}: {what}"


def _runs(standing: ScheduleStanding, timezone: str) -> Fields:
    zone, told = _zone(timezone)
    runs = [
        (f"{number}.", f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}") for number, at in enumerate(standing.next_runs, 1)
    ]
    return Fields(tuple(runs[:_SHOWN_RUNS]), title=f"Next runs, {told} time")


def _zone(name: str) -> tuple[tzinfo, str]:
    """Return the zone a schedule's cron is read in, and its name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name), clean(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"


def _state(schedule: Schedule) -> Cell:
    return status_cell("paused" if schedule.paused else "active")

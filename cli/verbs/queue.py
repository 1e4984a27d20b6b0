"""`pagewright queue`: what waits for each provider; holding it back, limiting it, and clearing ended jobs away."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import Cleared, JobCounts, JobHistory, Queue, Queues, read
from cli.client.client import Api, ask
from cli.client.request import given
from cli.confirm import can_ask, confirm
from cli.errors import UserError
from cli.formats import NOTHING, ago, count, duration, or_nothing
from cli.live.again import Watch, show_once_or_again
from cli.moment import moment_of
from cli.screen.marks import status_cell
from cli.screen.render import print_json, print_line, print_note, print_table
from cli.screen.table import Cell, Column, Row, Table

QUEUE: Final = "/api/ai/queue"
HISTORY: Final = "/api/ai/jobs/history"

_COLUMNS: Final = (
    Column("Queue", narrow="whole"),
    Column("State", narrow="whole"),
    Column("Waiting", right=True, narrow="whole"),
    Column("Oldest", right=True, narrow="drop"),
    Column("Running", right=True, narrow="whole"),
    Column("Workers", right=True, narrow="drop"),
    Column("Calls/s", right=True, narrow="drop"),
    Column("Since", right=True, narrow="drop"),
    Column("By", narrow="drop"),
    Column("Reason"),
)
_COUNTED: Final = 500
"""Jobs the API lists at once."""
_REASON: Final = "paused with pagewright queue pause, no reason given"

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Provider = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only this provider; without it, all.", show_default=False)
]


class Ended(StrEnum):
    """How a job that can be cleared away ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="queue", help="See, pause, resume and limit the queues of providers; clear ended jobs.")


@_app.command("list")
def list_queues(watch: Watch = False, as_json: options.AsJson = False) -> None:
    """List the queues with what waits on them, and count your jobs."""

    def show() -> None:
        answer = ask(lambda api: api.get(QUEUE), print_note)
        if as_json:
            print_json(answer)
            return
        shown, now = read(Queues, answer), datetime.now(UTC)
        print_table(Table(_COLUMNS, tuple(_row(queue, now) for queue in shown.queues)))
        print_line(_told(shown.jobs))

    show_once_or_again(show, watch=watch)


@_app.command()
def pause(
    provider: Provider = None,
    reason: Annotated[str, typer.Option(help="Why; shown wherever the queue is.")] = _REASON,
    as_json: options.AsJson = False,
) -> None:
    """Let no further request to a provider, or to any, begin; those in flight go on.

    It holds through restarts, until resume.
    """
    _set("pause", given({"provider": provider, "reason": reason}), as_json=as_json)


@_app.command()
def resume(provider: Provider = None, as_json: options.AsJson = False) -> None:
    """Let requests to a provider, or to all, begin again."""
    _set("resume", given({"provider": provider}), as_json=as_json)


@_app.command()
def limit(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Whose queue: openai, anthropic, ...")],
    rate: Annotated[
        float | None, typer.Argument(metavar="CALLS", help="Requests a second, over all workers.", show_default=False)
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Take the limit away.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Limit how many requests to a provider begin in a second; it wins over the workers' own setting."""
    if (rate is None) != unset:
        message = "Give either how many calls a second, or --unset."
        raise UserError(message, f"For example: pagewright queue limit {provider} 5")
    answer = ask(lambda api: api.put(f"{QUEUE}/{provider}/limits", {"callsPerSecond": rate}), print_note)
    if as_json:
        print_json(answer)
        return
    print_line(_setting(read(Queue, answer)))


@_app.command()
def clear(
    status: Annotated[
        list[Ended] | None,
        typer.Option(help="Only jobs that ended so; repeatable. Without it, completed and failed ones."),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Only jobs that ended at least this long ago: 12h, 7d.", show_default=False),
    ] = None,
    yes: options.Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Take ended jobs out of the lists and erase their briefs and histories.

    Open jobs stay, and failed ones that a dead letter holds; so do pages, and what was spent.
    """
    if not yes:
        _ask(status or (Ended.COMPLETED, Ended.FAILED), older_than)
    cleared = ask(lambda api: _cleared(api, status or (), older_than), print_note)
    if as_json:
        print_json({"removed": cleared.removed, "left": cleared.left, "held": cleared.held})
        return
    print_line(f"{count(cleared.removed)} jobs are cleared.")
    if cleared.held:
        print_line(f"{count(cleared.held)} failed ones stay: a dead letter holds them. See pagewright dlq list")


def _ask(statuses: Sequence[Ended], older_than: str | None) -> None:
    """Ask with the number of jobs that are meant; where nobody can answer, nothing is counted either."""
    meant = ask(lambda api: _meant(api, statuses, older_than), print_note) if can_ask() else ""
    which = " and ".join(one.value for one in statuses)
    age = "" if older_than is None else f" that ended at least {older_than} ago"
    stay = " Those that a dead letter holds stay." if Ended.FAILED in statuses else ""
    confirm(f"Clear {meant} {which} jobs{age}?{stay} This cannot be undone.", "Nothing is cleared")


async def _meant(api: Api, statuses: Sequence[Ended], older_than: str | None) -> str:
    """Return how many jobs ended so: of the newest ones' page where the API keeps no count."""
    counted = read(Queues, await api.get(QUEUE)).jobs.model_dump()
    if older_than is None and all(one.value in counted for one in statuses):
        return count(sum(counted[one.value] for one in statuses))
    until = moment_of(older_than, datetime.now(UTC))
    query = {"status": [one.value for one in statuses], "until": until, "limit": _COUNTED}
    ended = read(JobHistory, await api.get(HISTORY, query))
    return f"more than {_COUNTED}" if ended.next_cursor else count(len(ended.jobs))


async def _cleared(api: Api, statuses: Sequence[Ended], older_than: str | None) -> Cleared:
    """Clear until nothing is left that was meant; one request takes only so many."""
    removed = 0
    while True:
        query = {"status": [one.value for one in statuses] or None, "olderThan": older_than}
        answer = read(Cleared, await api.delete(QUEUE, query))
        removed += answer.removed
        if not answer.left or not answer.removed:
            return Cleared(removed=removed, left=answer.left, held=answer.held)


def _set(action: str, body: dict[str, JsonValue], *, as_json: bool) -> None:
    """Ask for an action on queues and say how they stand."""
    answer = ask(lambda api: api.post(f"{QUEUE}/{action}", body), print_note)
    if as_json:
        print_json(answer)
        return
    for queue in read(Queues, answer).queues:
        print_line(_setting(queue))


def _setting(queue: Queue) -> str:
    what = f"paused: {or_nothing(queue.reason)}" if queue.paused else "not paused"
    rate = "" if queue.calls_per_second is None else f", limited to {queue.calls_per_second:g} calls/s"
    return f"{queue.name} is {what}{rate}"


def _row(queue: Queue, now: datetime) -> Row:
    oldest = None if queue.oldest_age_seconds is None else timedelta(seconds=queue.oldest_age_seconds)
    return (
        queue.name,
        _state(queue),
        count(queue.backlog),
        duration(oldest),
        count(queue.running_calls),
        count(queue.pollers),
        _rate(queue),
        ago(queue.paused_at, now),
        or_nothing(queue.paused_by),
        or_nothing(queue.reason),
    )


def _state(queue: Queue) -> Cell:
    if queue.paused:
        return status_cell("paused")
    if queue.pollers is None:
        return Cell("? unknown", "held")
    return Cell("✓ polled", "good") if queue.pollers else Cell("✗ no worker", "bad")


def _rate(queue: Queue) -> str:
    """Return the limit that holds, or will hold once the queue goes on."""
    if queue.calls_per_second is not None:
        return f"{queue.calls_per_second:g}"
    if queue.effective_calls_per_second is None or queue.paused:
        return NOTHING
    return f"{queue.effective_calls_per_second:g}"


def _told(jobs: JobCounts) -> str:
    counts = (f"{count(number)} {status}" for status, number in jobs.model_dump().items())
    return f"Your jobs: {', '.join(counts)}"

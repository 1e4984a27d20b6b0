"""Jobs, their steps and calls as tables. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from cli.client.answers import Call, Job, Step
from cli.formats import (
    NOTHING,
    ago,
    clean,
    count,
    duration,
    milliseconds,
    model_name,
    moment,
    money,
    or_nothing,
    short_model_name,
)
from cli.screen.held import held
from cli.screen.marks import status_cell
from cli.screen.progress import StepProgress
from cli.screen.receipt import receipt_rows
from cli.screen.story import label, numbered_try
from cli.screen.table import Cell, Column, Fields, Row, Table
from domain.call import may_still_be_billed

_NO_JOBS: Final = "No jobs. Make one with: pagewright generate 'A bakery in ...'"


def listing(jobs: Sequence[Job], now: datetime, statuses: Sequence[str] = ()) -> Table:
    """Return a list of jobs; `statuses` are those that were asked for, all where none is named."""
    columns = (
        Column("Job", narrow="whole"),
        Column("Status", narrow="whole"),
        Column("Cost", right=True, narrow="whole"),
        Column("Created", right=True, narrow="whole"),
        Column("Error"),
        Column("Kind", narrow="drop"),
        Column("Model", narrow="drop"),
    )
    empty = f"No jobs are {' or '.join(statuses)}." if statuses else _NO_JOBS
    return Table(columns, tuple(_listed(job, now) for job in jobs), empty=empty)


def summary(job: Job) -> Fields:
    """Return a job in a few lines."""
    asked = "cancel is asked for" if job.cancel_requested and not job.finished_at else NOTHING
    return Fields(
        (
            ("Job", Cell(job.id, "strong")),
            ("Status", status_cell(job.status)),
            ("Asked", asked),
            ("Held", NOTHING if job.held_by is None else Cell(held(job.held_by), "held")),
            ("Round", str(job.round)),
            ("Page", job.page_id),
        )
    )


def fields(job: Job, now: datetime) -> Fields:
    """Return everything about a job but its steps and calls."""
    receipt = () if job.receipt is None else receipt_rows(job.receipt, is_whole=job.status == "completed")
    why = ": ".join(clean(part) for part in (job.error_type, job.error_message) if part)
    return Fields(
        (
            *summary(job).rows,
            ("Version", NOTHING if job.version is None else str(job.version)),
            ("Kind", job.kind),
            ("Priority", or_nothing(job.priority)),
            ("Outcome", or_nothing(job.outcome)),
            ("Route", ", then ".join(model_name(model) for model in job.route)),
            ("Model", model_name(job.model)),
            ("Error", Cell(why, "bad") if why else NOTHING),
            ("Dead letter", or_nothing(job.dead_letter_id)),
            ("Cap", NOTHING if job.max_cost_usd is None else money(job.max_cost_usd)),
            *receipt,
            ("Created", moment(job.created_at, now)),
            ("Started", moment(job.started_at, now)),
            ("Finished", moment(job.finished_at, now)),
            ("Temporal", or_nothing(job.links.temporal)),
        )
    )


def steps(job: Job, now: datetime) -> Table:
    """Return the steps of a job's newest round."""
    columns = (
        Column("Status", narrow="whole"),
        Column("Step"),
        Column("Model", narrow="cut"),
        Column("Try", right=True, narrow="whole"),
        Column("Calls", right=True, narrow="drop"),
        Column("Tokens", right=True, narrow="whole"),
        Column("Cost", right=True, narrow="whole"),
        Column("Time", right=True, narrow="whole"),
        Column("Error"),
    )
    rows = tuple(
        _step(step, [call for call in job.calls if _is_of(call, step, job)], job.finished_at or now)
        for step in job.steps
    )
    return Table(columns, rows, title=f"\nSteps of round {job.round}", empty="\nNo steps yet.")


def calls(job: Job) -> Table:
    """Return every request of a job in the order they went out, and how long each waited for the one before it."""
    columns = (
        Column("At", right=True, narrow="drop"),
        Column("Round", right=True, narrow="drop"),
        Column("Step", narrow="whole"),
        Column("Model", narrow="cut"),
        Column("Try", right=True, narrow="whole"),
        Column("Waited", right=True, narrow="drop"),
        Column("Status", narrow="whole"),
        Column("In", right=True, narrow="drop"),
        Column("Out", right=True, narrow="drop"),
        Column("Cost", right=True, narrow="whole"),
        Column("Charged", right=True, narrow="drop"),
        Column("Time", right=True, narrow="whole"),
        Column("Error"),
    )
    rows = tuple(_call(call, job) for call in job.calls)
    return Table(columns, rows, title="\nTimeline of calls", empty="\nNo calls yet.")


def _listed(job: Job, now: datetime) -> Row:
    return (
        Cell(job.id, link=job.links.temporal),
        status_cell(job.status),
        money(job.cost_usd),
        ago(job.created_at, now),
        or_nothing(job.error_type),
        clean(job.kind),
        short_model_name(job.model or next(iter(job.route), None)),
    )


def _is_of(call: Call, step: Step, job: Job) -> bool:
    return call.step == step.step and call.round == job.round


def _step(step: Step, calls: Sequence[Call], until: datetime) -> Row:
    end = step.finished_at or until
    return (
        status_cell(step.status),
        label(StepProgress(step.step, step.type, step.heading)),
        short_model_name(step.model),
        numbered_try(step.try_number, calls[-1].request if calls else 1),
        str(step.calls),
        count(step.prompt_tokens + step.completion_tokens),
        _cost(step.cost_usd, calls),
        duration(None if step.started_at is None else max(end - step.started_at, timedelta(0))),
        _why(step.error_type, step.message),
    )


def _call(call: Call, job: Job) -> Row:
    return (
        _time_between(job.started_at or job.created_at, call.started_at),
        str(call.round),
        call.step,
        short_model_name(call.model),
        numbered_try(call.try_number, call.request),
        _time_between(_end_of_the_one_before(call, job.calls), call.started_at),
        status_cell(call.status),
        count(call.prompt_tokens),
        count(call.completion_tokens),
        _cost(call.cost_usd, [call]),
        money(call.charged_usd),
        milliseconds(call.latency_ms),
        _why(call.error_type, call.message),
    )


def _end_of_the_one_before(call: Call, calls: Sequence[Call]) -> datetime | None:
    """Return when the request before this one of its step and round had its end: between them it backed off."""
    before = [one for one in calls[: calls.index(call)] if (one.step, one.round) == (call.step, call.round)]
    return before[-1].settled_at if before else None


def _time_between(start: datetime | None, end: datetime | None) -> str:
    return NOTHING if start is None or end is None else duration(max(end - start, timedelta(0)))


def _why(error_type: str | None, message: str | None) -> str:
    return ": ".join(clean(part) for part in (error_type, message) if part) or NOTHING


def _cost(known: Decimal | None, calls: Sequence[Call]) -> str:
    """Return what calls cost; where nobody said so and the vendor may bill them, that it is unknown."""
    unknown = any(
        may_still_be_billed(call.status, call.error_type, cost_known=call.cost_usd is not None) for call in calls
    )
    if known is None:
        return money(None) if unknown else NOTHING
    return f"{money(known)}?" if unknown else money(known)

"""A job's progress in words: a sheet for a terminal, one line a change for everything else. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from cli.client.event import Event
from cli.formats import NOTHING, clean, count, duration, model_name, money, or_nothing, short_model_name
from cli.screen.marks import mark, status_cell
from cli.screen.progress import Progress, StepProgress
from cli.screen.table import Cell, Column, Row, Sheet, Table
from domain.step import OUTLINE_STEP

_COLUMNS: Final = (
    Column("Status", narrow="whole"),
    Column("Step", narrow="cut"),
    Column("Model", narrow="cut"),
    Column("Try", right=True, narrow="whole"),
    Column("Tokens", right=True, narrow="whole"),
    Column("Cost", right=True, narrow="whole"),
    Column("Time", right=True, narrow="whole"),
)
_SECOND_REQUEST: Final = 2


def sheet(progress: Progress, now: datetime) -> Sheet:
    """Return what a watcher sees at `now`."""
    rows = tuple(_row(step, now) for step in progress.steps.values())
    failing = [step for step in progress.steps.values() if step.error_type is not None]
    return Sheet(
        before=(_headline(progress),),
        table=Table(_COLUMNS, rows),
        after=(*(Cell(f"{label(step)}: {_reason(step)}", "held") for step in failing), _totals(progress, now)),
    )


def label(step: StepProgress) -> str:
    """Return how a step is called: a section by its number from 0, its type and its heading."""
    if step.name == OUTLINE_STEP:
        return "outline"
    number = step.name.rpartition(":")[2]
    words = [number if number.isdecimal() else clean(step.name)]
    words += [clean(step.type)] if step.type else []
    named = " ".join(words)
    return f"{named} · {clean(step.heading)}" if step.heading else named


def line(event: Event, progress: Progress) -> str | None:
    """Return what changed with `event`, `progress` being what holds after it; None when another event says it."""
    if (of_job := _JOB_LINES.get(event.type)) is not None:
        return of_job(progress)
    step = progress.steps.get(event.facts.step or "")
    return None if step is None else _step_line(event, step)


def route(progress: Progress) -> str:
    """Return the models of a job in the order they are asked."""
    return ", then ".join(model_name(model) for model in progress.route) or NOTHING


def numbered_try(number: int | None, request: int) -> str:
    """Return a try, with a point and 2 when its second request goes out, the one that says what was wrong."""
    if number is None:
        return NOTHING
    return f"{number}.{request}" if request == _SECOND_REQUEST else str(number)


def _step_line(event: Event, step: StepProgress) -> str | None:
    facts = event.facts
    match event.type:
        case "call.started":
            again = " again, with what was wrong" if facts.request == _SECOND_REQUEST else ""
            return f"{label(step)}: asking {model_name(facts.model)}{again}, try {facts.try_number}"
        case "call.settled" if facts.status != "succeeded":
            then = "" if facts.retry_in_seconds is None else f"; next try in {facts.retry_in_seconds:.1f} s"
            return f"{label(step)}: request {facts.status}: {_why(facts.error_type, facts.message)}{then}"
        case "step.done":
            return f"{label(step)}: done, {count(step.tokens)} tokens, {_cost(step)}, {_time(step, event.at)}"
        case "step.failed":
            return f"{label(step)}: failed: {_reason(step)}"
        case _:
            return None


def _row(step: StepProgress, now: datetime) -> Row:
    return (
        status_cell(step.status),
        label(step),
        short_model_name(step.model),
        numbered_try(step.try_number, step.request),
        count(step.tokens) if step.calls else NOTHING,
        _cost(step) if step.calls else NOTHING,
        _time(step, now),
    )


def _headline(progress: Progress) -> Cell:
    sign = mark(progress.status)
    text = f"{sign.text} {progress.job_id} {progress.status}, round {progress.round}, {route(progress)}"
    return Cell(text, sign.tone)


def _totals(progress: Progress, now: datetime) -> Cell:
    finished = f"{progress.finished_steps} of {len(progress.steps)} steps"
    cost = f"{money(progress.cost)}{' and unknown' if progress.has_unknown_cost else ''}"
    return Cell(f"{finished}, {count(progress.tokens)} tokens, {cost}, {duration(progress.time(now))}", "quiet")


def _cost(step: StepProgress) -> str:
    return f"{money(step.cost)}?" if step.has_unknown_cost else money(step.cost)


def _time(step: StepProgress, now: datetime) -> str:
    return duration(step.time(now))


def _reason(step: StepProgress) -> str:
    return _why(step.error_type, step.message)


def _why(error_type: str | None, message: str | None) -> str:
    return ": ".join(clean(part) for part in (error_type, message) if part) or "no reason given"


_JOB_LINES: Final[Mapping[str, Callable[[Progress], str]]] = {
    "submitted": lambda job: f"{job.job_id} is submitted",
    "started": lambda job: f"round {job.round} starts: {route(job)}",
    "paused": lambda job: f"{job.job_id} is paused",
    "resumed": lambda job: f"{job.job_id} goes on",
    "version.stored": lambda job: f"version {job.version} of {job.page_id} is stored as {or_nothing(job.slug)}",
    "completed": lambda job: f"{job.job_id} is completed",
    "failed": lambda job: f"{job.job_id} failed: {_why(job.error_type, job.message)}",
    "cancelled": lambda job: f"{job.job_id} is cancelled",
}

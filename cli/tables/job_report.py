"""What became of jobs, in numbers and as a list. Pure."""

from collections.abc import Sequence
from datetime import datetime

from cli.client.answers import EndedJob, JobMetrics
from cli.formats import NOTHING, ago, clean, count, counted, duration, milliseconds, money, or_nothing, short_model_name
from cli.screen.marks import status_cell
from cli.screen.table import Cell, Column, Fields, Row, Table


def metrics(found: JobMetrics) -> Fields:
    """Return how the last hours went."""
    times, retries = found.processing_time_ms, found.retries
    return Fields(
        (
            ("Success rate", _rate(found.success_rate)),
            ("Processing time p50", milliseconds(times.p50)),
            ("Processing time p95", milliseconds(times.p95)),
            ("Processing time p99", milliseconds(times.p99)),
            ("Throughput", f"{found.throughput_per_hour:g} jobs an hour"),
            ("Retries", f"{counted(retries.requests, 'request')}, {counted(retries.rounds, 'round')}"),
            ("Validation pass rate", _rate(found.validation_pass_rate)),
        ),
        title="The last hour" if found.hours == 1 else f"The last {found.hours} hours",
    )


def statuses(found: JobMetrics) -> Table:
    """Return how many jobs there are of each status that has any."""
    rows = tuple((status_cell(status), count(number)) for status, number in found.by_status.items() if number)
    return Table((Column("Status"), Column("Jobs", right=True)), rows, title="\nJobs", empty="\nNo jobs.")


def errors(found: JobMetrics) -> Table:
    """Return how often each error type occurred."""
    columns = (Column("Error"), Column("Requests", right=True), Column("Jobs", right=True))
    rows = tuple(
        (clean(type_), count(number.requests), count(number.jobs)) for type_, number in found.errors_by_type.items()
    )
    return Table(columns, rows, title="\nErrors", empty="\nNo errors.")


def history(jobs: Sequence[EndedJob], now: datetime) -> Table:
    """Return jobs that have ended."""
    columns = (
        Column("Job", narrow="whole"),
        Column("Status", narrow="whole"),
        Column("Ended", right=True, narrow="whole"),
        Column("Time", right=True, narrow="drop"),
        Column("Cost", right=True, narrow="whole"),
        Column("Error"),
        Column("Model", narrow="drop"),
        Column("User", narrow="drop"),
    )
    return Table(columns, tuple(_ended(job, now) for job in jobs), empty="No jobs have ended so.")


def _ended(job: EndedJob, now: datetime) -> Row:
    took = None if job.started_at is None or job.finished_at is None else job.finished_at - job.started_at
    return (
        Cell(job.id, link=job.links.temporal),
        status_cell(job.status),
        ago(job.finished_at, now),
        duration(took),
        money(job.cost_usd),
        or_nothing(job.error_type),
        short_model_name(job.model),
        or_nothing(job.user),
    )


def _rate(percent: float | None) -> Cell:
    return Cell(NOTHING) if percent is None else Cell(f"{percent:g} %")

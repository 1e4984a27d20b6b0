"""What counters must say, worked out anew from the rows of what happened: the two agree at every moment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

import telemetry
from domain.call import CallStatus
from domain.job import JobStatus
from domain.metric import Histogram, Metric, Series
from domain.step import OUTLINE_STEP, StepStatus
from storage.call import CallRow
from storage.counter import SUM, CounterRepository, buckets_of
from storage.database import Database
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.row import Row
from storage.step import StepRow

Counts = Counter[tuple[str, tuple[str, ...]]]
"""By metric and label values: of a counter its whole units, of a histogram its observations."""

_UNCHECKED = frozenset({telemetry.CHECKS_FAILED.name})
"""No row tells of a check that failed and was asked again."""


@dataclass(frozen=True)
class _Stored:
    calls: list[Any]
    jobs: list[Any]
    letters: list[Any]
    steps: list[Any]


async def assert_counted(database: Database) -> None:
    """Hold every exact counter to the rows of one state of the database."""
    async with database.engine.connect() as connection, AsyncSession(connection) as session:
        stored = _Stored(*[await _rows(connection, table) for table in (CallRow, JobRow, DeadLetterRow, StepRow)])
        totals = await CounterRepository(session).totals()
    counted, took = _counted(totals), _took(totals)
    assert counted == _expected(stored)
    assert took == _expected_times(stored.calls)


async def _rows(connection: AsyncConnection, row: type[Row]) -> list[Any]:
    table = cast("Table", row.__table__)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  SQLModel adds it
    return list((await connection.execute(select(table))).all())


def _counted(totals: Any) -> Counts:  # noqa: ANN401  as the repository returns it
    counts: Counts = Counter()
    for metric in telemetry.metrics():
        if metric.name in _UNCHECKED:
            continue
        for values, parts in totals.get(metric.name, {}).items():
            counts[metric.name, values] = _number(metric, parts)
    return counts


def _took(totals: Any) -> Counts:  # noqa: ANN401  as above
    """Return the milliseconds that requests took, and steps on their models."""
    metrics = (telemetry.CALL_DURATION.name, telemetry.JOB_DURATION.name)
    series = {(name, values): parts for name in metrics for values, parts in totals.get(name, {}).items()}
    return Counter({key: parts[SUM] // 1000 for key, parts in series.items() if parts[SUM]})


def _expected_times(calls: Sequence[Any]) -> Counts:
    """Return what the rows say of it: a step takes its requests, and the waits before its further tries."""
    times: Counts = Counter()
    for call in calls:
        if call.latency_ms:
            model = {"provider": call.provider, "model": f"{call.provider}:{call.model}"}
            times[telemetry.CALL_DURATION.name, telemetry.CALL_DURATION.of(**model).values] += call.latency_ms
        if _leaves_model(call):
            times[telemetry.JOB_DURATION.name, (call.provider, f"{call.provider}:{call.model}")] += sum(
                (other.latency_ms or 0) + (other.retry_delay_ms or 0) for other in calls if _step(other) == _step(call)
            )
    return times


def _step(call: Any) -> tuple[str, int, str, str, str]:  # noqa: ANN401  a row
    return call.job_id, call.round, call.step, call.provider, call.model


def _number(metric: Metric, parts: Any) -> int:  # noqa: ANN401  as above
    return buckets_of(metric, parts)[0][-1][1] if isinstance(metric, Histogram) else parts[""]


def _expected(stored: _Stored) -> Counts:
    counts: Counts = Counter()
    for series, amount in (*_calls(stored.calls), *_rounds(stored), *_sections(stored)):
        if amount:
            counts[series.metric.name, series.values] += amount
    return counts


def _calls(calls: Iterable[Any]) -> Iterator[tuple[Series, int]]:
    for call in calls:
        model = {"provider": call.provider, "model": f"{call.provider}:{call.model}"}
        if call.try_number > 1 and call.request == 1:
            yield telemetry.JOB_RETRIES.of(**model), 1
        if call.status is CallStatus.OPEN:
            continue
        yield telemetry.CALLS.of(**model, outcome=call.status.value), 1
        yield telemetry.TOKENS.of(**model, type="prompt"), call.prompt_tokens
        yield telemetry.TOKENS.of(**model, type="completion"), call.completion_tokens
        yield telemetry.CACHED_TOKENS.of(**model), call.cached_tokens
        yield telemetry.COST.of(**model), call.cost or 0
        yield telemetry.UNPRICED_CALLS.of(**model), int(call.cost is None and call.prompt_tokens > 0)
        yield telemetry.CALL_DURATION.of(**model), int(call.latency_ms is not None)
        yield telemetry.JOB_DURATION.of(**model), int(_leaves_model(call))


def _leaves_model(call: Any) -> bool:  # noqa: ANN401  a row
    return (
        call.status is CallStatus.SUCCEEDED
        or (call.status is CallStatus.FAILED and call.retry_delay_ms is None)
        or (call.status is CallStatus.INVALID and call.request > 1)
    )


def _rounds(stored: _Stored) -> Iterator[tuple[Series, int]]:
    for job in stored.jobs:
        if job.status is JobStatus.COMPLETED:
            yield _round(job, "success"), 1
            yield telemetry.PAGE_DURATION.of(kind=job.kind.value), 1
    for letter in stored.letters:
        yield _round(letter, "failed"), 1


def _round(row: Any, status: str) -> Series:  # noqa: ANN401  a job's or a dead letter's
    return telemetry.JOBS.of(provider=row.provider or "none", model=row.model or "none", status=status)


def _sections(stored: _Stored) -> Iterator[tuple[Series, int]]:
    for call in stored.calls:
        if call.status is CallStatus.SUCCEEDED and call.step != OUTLINE_STEP:
            yield telemetry.SECTIONS.of(type=call.result["type"], outcome="succeeded"), 1
    for step in stored.steps:
        if step.status is StepStatus.FAILED and step.block_type is not None:
            yield telemetry.SECTIONS.of(type=step.block_type.value, outcome="failed"), 1

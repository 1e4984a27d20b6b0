"""What became of jobs and requests in a span of time, counted by the database.

Jobs that were removed from the lists count as before: what happened has happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.call import CallStatus
from domain.errors import ErrorType
from domain.ids import TenantId
from domain.job import CLOSED, JobStatus
from storage.call import CallRow
from storage.functions import MillisecondsBetween
from storage.job import JobRow
from storage.step import StepRow

_PROCESSED: Final = (JobStatus.COMPLETED, JobStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of processing times in milliseconds, by nearest rank; None where nothing was processed."""

    count: int
    p50: int | None
    p95: int | None
    p99: int | None


@dataclass(frozen=True, slots=True)
class Requests:
    """What became of model requests."""

    made: int
    repeated: int
    """Those that were not the first one of their step in their round."""
    valid: int
    invalid: int
    """Answers that could not be used: those that failed a check, were cut short, or could not be read at all."""


@dataclass(frozen=True, slots=True)
class Span:
    """A tenant's time from `since` until just before `until`."""

    tenant: TenantId
    since: datetime
    until: datetime


class JobMetricsRepository:
    """Every query on what happened in a span."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def by_status(self, span: Span) -> Mapping[JobStatus, int]:
        """Return how many jobs are open now, and how many ended in the span, by status."""
        is_open = col(JobRow.status).not_in(CLOSED)
        counted = (
            select(col(JobRow.status), func.count())
            .where(col(JobRow.tenant) == span.tenant, is_open | _ended(span))
            .group_by(col(JobRow.status))
        )
        return {row[0]: row[1] for row in await self._session.execute(counted)}

    async def processing_time(self, span: Span) -> Percentiles:
        """Return how long the jobs took that completed or failed in the span, each in its newest round."""
        taken = select(_processing_time().label("ms")).where(
            col(JobRow.tenant) == span.tenant, _ended(span), col(JobRow.status).in_(_PROCESSED)
        )
        times = taken.subquery()
        ranked = (
            select(
                times.c.ms, func.row_number().over(order_by=times.c.ms).label("rank"), func.count().over().label("n")
            )
            .where(times.c.ms.is_not(None))
            .subquery()
        )
        values = [func.min(case((ranked.c.rank * 100 >= ranked.c.n * share, ranked.c.ms))) for share in (50, 95, 99)]
        return Percentiles(*(await self._session.execute(select(func.count(), *values).select_from(ranked))).one())

    async def repeated_rounds(self, span: Span) -> int:
        """Return how many rounds after the first one the jobs took that ended in the span."""
        rounds = select(func.coalesce(func.sum(col(JobRow.round) - 1), 0)).where(
            col(JobRow.tenant) == span.tenant, _ended(span)
        )
        return await self._number(rounds)

    async def requests(self, span: Span) -> Requests:
        """Return what became of the model requests that went out in the span."""
        before = aliased(CallRow)
        is_repeated = (
            select(col(before.id))
            .where(
                col(before.job_id) == col(CallRow.job_id),
                col(before.round) == col(CallRow.round),
                col(before.step) == col(CallRow.step),
                col(before.id) < col(CallRow.id),
            )
            .exists()
        )
        kinds = (is_repeated, col(CallRow.status) == CallStatus.SUCCEEDED, _is_invalid())
        counted = select(func.count(), *map(_how_many, kinds)).where(*_went_out(span))
        return Requests(*(await self._session.execute(counted)).one())

    async def answers(self, since: datetime) -> tuple[int, int]:
        """Return how many answers to requests that went out since then were valid and invalid, of all tenants."""
        valid, invalid = col(CallRow.status) == CallStatus.SUCCEEDED, _is_invalid()
        counted = select(_how_many(valid), _how_many(invalid)).where(col(CallRow.started_at) >= since)
        row = (await self._session.execute(counted)).one()
        return row[0], row[1]

    async def request_errors(self, span: Span) -> Mapping[ErrorType, int]:
        """Return how many requests of the span failed, by error type."""
        return await self._by_error_type(
            select(col(CallRow.error_type), func.count())
            .where(*_went_out(span), col(CallRow.error_type).is_not(None))
            .group_by(col(CallRow.error_type))
        )

    async def job_errors(self, span: Span) -> Mapping[ErrorType, int]:
        """Return how many jobs failed in the span, by error type."""
        return await self._by_error_type(
            select(col(JobRow.error_type), func.count())
            .where(col(JobRow.tenant) == span.tenant, _ended(span), col(JobRow.status) == JobStatus.FAILED)
            .where(col(JobRow.error_type).is_not(None))
            .group_by(col(JobRow.error_type))
        )

    async def _by_error_type(self, counted: Select[*tuple[Any, ...]]) -> Mapping[ErrorType, int]:
        return {row[0]: row[1] for row in await self._session.execute(counted)}

    async def _number(self, query: Select[Any]) -> int:
        return int((await self._session.execute(query)).scalar_one())


def _ended(span: Span) -> ColumnElement[bool]:
    return (
        (col(JobRow.finished_at) >= span.since)
        & (col(JobRow.finished_at) < span.until)
        & col(JobRow.status).in_(CLOSED)
    )


def _is_invalid() -> ColumnElement[bool]:
    return (col(CallRow.status) == CallStatus.INVALID) | (col(CallRow.error_type) == ErrorType.VALIDATION_ERROR)


def _went_out(span: Span) -> tuple[ColumnElement[bool], ...]:
    started = col(CallRow.started_at)
    return col(CallRow.tenant) == span.tenant, started >= span.since, started < span.until


def _processing_time() -> ColumnElement[int]:
    """Return how long a job's newest round took: the time a failed round waited for its retry is no work."""
    first_request = (
        select(func.min(col(StepRow.started_at)))
        .where(col(StepRow.job_id) == col(JobRow.id), col(StepRow.round) == col(JobRow.round))
        .scalar_subquery()
    )
    started = case((col(JobRow.round) == 1, col(JobRow.started_at)), else_=first_request)
    return MillisecondsBetween(started, col(JobRow.finished_at))


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

"""Calls: one row for every request that ever went to a vendor, opened before it and settled after."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue
from sqlalchemy import Index, UniqueConstraint, func, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.call import CallStatus
from domain.errors import ErrorType
from domain.ids import JobId, TenantId
from storage.columns import BigInt, Json, UtcDateTime, words
from storage.row import Row

_OPEN: Final = f"status = '{CallStatus.OPEN.value}'"


class CallRow(Row, table=True):
    """One request. Money is in nano-USD; `cost` is None when nobody told us."""

    __table_args__ = (
        UniqueConstraint("job_id", "round", "step", "provider", "model", "try_number", "request", name="uq_calls_key"),
        Index("ix_calls_of_period", "tenant", "started_at"),
        Index("ix_calls_open", "provider", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_calls_of_model", "tenant", "provider", "model", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    tenant: str = Field(index=True)
    owner: str
    page_id: str
    job_id: str = Field(foreign_key="jobs.id")
    round: int
    step: str
    provider: str
    model: str
    """As its vendor spells it, without the provider."""
    try_number: int
    request: int
    attempt: int
    """Temporal's attempt that made it; never part of a key."""
    status: CallStatus = Field(sa_type=words(CallStatus))
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: int = 0
    reserved: int = Field(default=0, sa_type=BigInt)
    cost: int | None = Field(default=None, sa_type=BigInt)
    charged: int = Field(default=0, sa_type=BigInt)
    latency_ms: int | None = None
    retry_delay_ms: int | None = None
    """How long its step was to wait before its next try on the model; None when none followed."""
    error_type: ErrorType | None = Field(default=None, sa_type=words(ErrorType))
    error_message: str | None = None
    result: JsonValue = Field(default=None, sa_type=Json(JsonValue), nullable=True)
    """What was kept of a successful one: the outline or the section."""
    started_at: datetime = Field(sa_type=UtcDateTime, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def full_model(self) -> str:
        """`provider:model`."""
        return f"{self.provider}:{self.model}"


class CallRepository:
    """Every query on calls."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: CallRow) -> None:
        """Insert a call."""
        self._session.add(row)

    async def of_step(self, job: JobId, round_: int, step: str) -> list[CallRow]:
        """Return the calls of one step of a round, oldest first."""
        query = (
            select(CallRow)
            .where(col(CallRow.job_id) == job, col(CallRow.round) == round_, col(CallRow.step) == step)
            .order_by(col(CallRow.id))
        )
        return list((await self._session.scalars(query)).all())

    async def of_model(self, call: CallRow) -> list[CallRow]:
        """Return the calls of a call's step and round to its model, itself among them, oldest first."""
        calls = await self.of_step(JobId(call.job_id), call.round, call.step)
        return [other for other in calls if other.full_model == call.full_model]

    async def of_job(self, job: JobId) -> list[CallRow]:
        """Return every call of a job, oldest first."""
        query = select(CallRow).where(col(CallRow.job_id) == job).order_by(col(CallRow.id))
        return list((await self._session.scalars(query)).all())

    async def kept(self, job: JobId) -> dict[str, JsonValue]:
        """Return the newest kept result of each step of a job, over all rounds."""
        query = (
            select(CallRow)
            .where(col(CallRow.job_id) == job, col(CallRow.status) == CallStatus.SUCCEEDED)
            .order_by(col(CallRow.id))
        )
        return {row.step: row.result for row in await self._session.scalars(query) if row.result is not None}

    async def kept_of(self, jobs: Sequence[str]) -> dict[str, dict[str, JsonValue]]:
        """Return what `kept` tells of one job, of several by id; a job without any is not named."""
        query = (
            select(col(CallRow.job_id), col(CallRow.step), col(CallRow.result))
            .where(col(CallRow.job_id).in_(jobs), col(CallRow.status) == CallStatus.SUCCEEDED)
            .order_by(col(CallRow.id))
        )
        kept: dict[str, dict[str, JsonValue]] = {}
        for job, step, result in await self._session.execute(query):
            if result is not None:
                kept.setdefault(job, {})[step] = result
        return kept

    async def result(self, job: JobId, step: str) -> JsonValue:
        """Return what was kept of a step in any round of a job; None when nothing was."""
        query = (
            select(CallRow)
            .where(col(CallRow.job_id) == job, col(CallRow.step) == step)
            .where(col(CallRow.status) == CallStatus.SUCCEEDED, col(CallRow.result).is_not(None))
            .order_by(col(CallRow.id).desc())
            .limit(1)
        )
        row = (await self._session.scalars(query)).one_or_none()
        return None if row is None else row.result

    async def job_of(self, call: int) -> JobId | None:
        """Return the job of a call."""
        query = select(CallRow.job_id).where(col(CallRow.id) == call)
        name = (await self._session.scalars(query)).one_or_none()
        return None if name is None else JobId(name)

    async def counted(self, begin: datetime, end: datetime, after: int, limit: int) -> list[CallRow]:
        """Return settled calls of all tenants whose tokens were counted, those above id `after` only, by id.

        They were started from `begin` to before `end`.
        """
        query = (
            select(CallRow)
            .where(
                col(CallRow.id) > after,
                col(CallRow.started_at) >= begin,
                col(CallRow.started_at) < end,
                col(CallRow.status) != CallStatus.OPEN,
                col(CallRow.prompt_tokens) + col(CallRow.completion_tokens) > 0,
            )
            .order_by(col(CallRow.id))
            .limit(limit)
        )
        return list((await self._session.scalars(query)).all())

    async def find(self, call: int) -> CallRow | None:
        """Return a call as it is now. Who changes one locks its job first, always in that order."""
        return await self._session.get(CallRow, call, populate_existing=True)

    async def open_by_provider(self, tenant: TenantId | None) -> dict[str, int]:
        """Return how many requests are in flight at each provider: a tenant's, or without one, all."""
        query = (
            select(col(CallRow.provider), func.count())
            .where(text(_OPEN))  # spelled as the index spells it, or it is not used
            .group_by(col(CallRow.provider))
        )
        if tenant is not None:
            query = query.where(col(CallRow.tenant) == tenant)
        return dict((await self._session.execute(query)).all())

    async def forget(self, jobs: Iterable[str]) -> None:
        """Remove what calls say in words; what they cost stays."""
        await self._session.execute(
            update(CallRow).where(col(CallRow.job_id).in_(list(jobs))).values(result=None, error_message=None)
        )

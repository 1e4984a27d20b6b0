"""What finished steps took of a model: what estimates are made of."""

from typing import Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.blocks import BlockType
from domain.call import CallStatus, Usage
from domain.estimate import History, StepSample
from domain.ids import TenantId
from domain.job import JobKind, JobStatus
from domain.route import ModelName, bare_name, provider_of
from storage.call import CallRow
from storage.job import JobRow
from storage.step import StepRow

_NEWEST_CALLS: Final = 1_000
_NEWEST_JOBS: Final = 100


class StepHistoryRepository:
    """Every query on what finished steps took. Only the newest calls of a model are read, however many there are."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def of_model(self, tenant: TenantId, model: ModelName) -> History:
        """Return what a tenant's newest finished steps on a model took, and how many sections its pages got there."""
        rows = (await self._session.execute(_steps(tenant, model))).all()
        samples = tuple(
            StepSample(
                block_type=block_type,
                usage=Usage(prompt_tokens=int(prompt), completion_tokens=int(completion), cached_tokens=int(cached)),
            )
            for block_type, prompt, completion, cached in rows
        )
        sections = (await self._session.scalars(_sections(tenant, model))).all()
        return History(samples=samples, sections=tuple(map(int, sections)))


def _steps(tenant: TenantId, model: ModelName) -> Select[BlockType | None, int, int, int]:
    """Select, of each finished step, its block type and the tokens of all its requests, unusable answers included."""
    call = (
        select(
            col(CallRow.job_id),
            col(CallRow.round),
            col(CallRow.step),
            col(CallRow.status),
            col(CallRow.prompt_tokens),
            col(CallRow.completion_tokens),
            col(CallRow.cached_tokens),
        )
        .where(
            col(CallRow.tenant) == tenant,
            col(CallRow.provider) == provider_of(model),
            col(CallRow.model) == bare_name(model),
            col(CallRow.prompt_tokens) + col(CallRow.completion_tokens) > 0,
        )
        .order_by(col(CallRow.started_at).desc())
        .limit(_NEWEST_CALLS)
        .subquery()
        .c
    )
    is_of_step = (
        (col(StepRow.job_id) == call.job_id) & (col(StepRow.round) == call.round) & (col(StepRow.step) == call.step)
    )
    return (
        select(
            col(StepRow.block_type),
            _sum(call.prompt_tokens),
            _sum(call.completion_tokens),
            _sum(call.cached_tokens),
        )
        .where(is_of_step)
        .group_by(call.job_id, call.round, call.step, col(StepRow.block_type))
        .having(func.sum(case((call.status == CallStatus.SUCCEEDED, 1), else_=0)) > 0)
    )


def _sum(tokens: ColumnElement[int]) -> ColumnElement[int]:
    return func.sum(tokens)


def _sections(tenant: TenantId, model: ModelName) -> Select[int]:
    """Select how many sections each of the newest pages got whose outline a model wrote."""
    jobs = (
        select(col(JobRow.id))
        .where(
            col(JobRow.tenant) == tenant,
            col(JobRow.kind) == JobKind.GENERATE,
            col(JobRow.status) == JobStatus.COMPLETED,
            col(JobRow.model) == model,
        )
        .order_by(col(JobRow.id).desc())
        .limit(_NEWEST_JOBS)
    )
    return (
        select(func.count(col(StepRow.step).distinct()))
        .where(col(StepRow.job_id).in_(jobs), col(StepRow.block_type).is_not(None))
        .group_by(col(StepRow.job_id))
    )

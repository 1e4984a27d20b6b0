"""Lines that submit: each is one job, stored before it is started and under one id however often it is begun."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from activities.batch_claim import Claim
from activities.clock import Clock
from activities.intake import Order, accept_submit, new_job, new_page, open_submit
from activities.stored_round import ErasedError, stored_round
from domain.batch import ItemStatus
from domain.estimate import Estimate
from domain.ids import JobId, PageId, TenantId, UserId
from domain.job import JobKind, JobStatus
from domain.route import ModelName
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows import contracts

_DRIVEN_AGAIN: Final = frozenset({JobStatus.SUBMITTING, JobStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """How long a round, and each request to a model, may take."""

    deadline: timedelta
    timeout: Callable[[ModelName], timedelta]


class SubmitLines:
    """Stores the jobs of lines."""

    def __init__(self, clock: Clock, times: RoundTimes) -> None:
        """Give rounds their `times`."""
        self._clock = clock
        self._times = times

    async def claim(
        self, uow: UnitOfWork, batch: BatchRow, items: Sequence[BatchItemRow], estimates: Mapping[int, Estimate]
    ) -> list[Claim]:
        """Store the job of each line, in the caller's transaction; return those that are to be started.

        `estimates` are kept with the jobs; by lines' numbers.
        """
        claims: list[Claim] = []
        for item in items:
            page = await self._opened(uow, batch, item, estimates.get(item.number))
            item.line = None
            if not item.status.is_settled:
                claims.append(Claim(item.number, page))
        return claims

    async def done(self, uow: UnitOfWork, items: Sequence[BatchItemRow]) -> None:
        """Write down that the jobs of lines are started, in the caller's transaction."""
        jobs = await uow.jobs.lock_all([item.job_id or "" for item in items])
        for item in items:
            job = jobs.get(item.job_id or "")
            if job is not None:
                accept_submit(job, self._clock())
            item.status = ItemStatus.RUNNING

    async def _opened(
        self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow, estimate: Estimate | None
    ) -> contracts.PageInput | None:
        """Store a line's job and return what to start it with; None when there is nothing to start."""
        now = self._clock()
        job = await uow.jobs.lock(_job_of(item)) or self._stored(uow, batch, item, estimate)
        if job is None:
            item.settle(ItemStatus.SKIPPED, now)
            return None
        if job.status not in _DRIVEN_AGAIN:
            return None
        await open_submit(uow, job, now)
        await uow.pages.claim(PageId(job.page_id), JobId(job.id))
        seconds = {model: self._times.timeout(model).total_seconds() for model in job.options.route}
        try:
            return await stored_round(uow, job, job.round, seconds, self._times.deadline)
        except ErasedError:
            item.settle(ItemStatus.SKIPPED, now)
            return None

    def _stored(self, uow: UnitOfWork, batch: BatchRow, item: BatchItemRow, estimate: Estimate | None) -> JobRow | None:
        line, name, now = item.line, _job_of(item), self._clock()
        if line is None:
            return None
        order = Order(TenantId(batch.tenant), UserId(batch.owner), line.brief, line.language, line.options)
        page = new_page(name, order, now)
        uow.pages.add(page)
        job = new_job(name, page, JobKind.GENERATE, line.options, now)
        job.estimate = estimate
        return job


def _job_of(item: BatchItemRow) -> JobId:
    return JobId(item.job_id or "")

"""Which jobs stand still because somebody paused a queue."""

from collections.abc import Iterable, Mapping

from api.schemas.job import HeldBy
from domain.job import JobStatus
from domain.route import provider_of
from domain.step import StepStatus
from storage.job import JobRow
from storage.queue import QueueRow
from storage.step import StepRow
from storage.unit_of_work import UnitOfWork

_MAY_BE_HELD = frozenset({JobStatus.WAITING, JobStatus.DELAYED, JobStatus.ACTIVE})


async def held_jobs(uow: UnitOfWork, jobs: Iterable[JobRow]) -> Mapping[str, HeldBy]:
    """Return what holds jobs, by job: those that wait for a paused queue, and have no request under way.

    A step that no model was asked for yet waits for the first one of the route.
    """
    paused = {provider: row for provider, row in (await uow.queues.all()).items() if row.paused}
    candidates = {job.id: job for job in jobs if job.status in _MAY_BE_HELD} if paused else {}
    steps: dict[str, list[StepRow]] = {name: [] for name in candidates}
    for step in await uow.steps.unfinished(list(candidates)):
        if step.round == candidates[step.job_id].round:
            steps[step.job_id].append(step)
    found = {name: _held(job, steps[name], paused) for name, job in candidates.items()}
    return {name: held for name, held in found.items() if held is not None}


def _held(job: JobRow, steps: Iterable[StepRow], paused: Mapping[str, QueueRow]) -> HeldBy | None:
    unfinished = list(steps)
    if any(step.status is StepStatus.ACTIVE for step in unfinished):
        return None
    first = job.options.route[0]
    models = [step.model or first for step in unfinished] or [first]
    rows = [paused[provider_of(model)] for model in models if provider_of(model) in paused]
    return HeldBy.of(rows[0]) if rows else None

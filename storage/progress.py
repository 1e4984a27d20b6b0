"""Keeping a job's status true to its steps."""

from datetime import datetime

from domain.ids import JobId
from domain.job import status_of_round
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork


async def refresh_status(uow: UnitOfWork, job: JobRow, now: datetime) -> None:
    """Set an open job's status from its flags and the steps of its round. Closed jobs stay as they are."""
    if not job.status.is_open:
        return
    await uow.flush()
    steps = await uow.steps.of_round(JobId(job.id), job.round)
    has_called = any(step.started_at is not None for step in steps)
    job.status = status_of_round([step.status for step in steps], paused=job.paused, has_called=has_called)
    job.updated_at = now

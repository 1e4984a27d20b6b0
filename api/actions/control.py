"""Steering a job that runs: cancel, pause, resume. The row says what is wanted, the workflow acts on it."""

from http import HTTPStatus
from typing import Final

from api.actions.launch import temporal_unavailable
from api.guards.audit import Audit
from api.guards.auth import Caller
from api.problem import ProblemError, conflict, not_found
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from domain.event import EventType
from domain.ids import JobId, TenantId
from domain.job import JobStatus
from storage.audit import Details
from storage.job import JobRow
from storage.progress import refresh_status
from storage.unit_of_work import UnitOfWork
from workflows import contracts

_NOT_TO_PAUSE: Final = frozenset({JobStatus.SUBMITTING, JobStatus.REVIEW})


class Control:
    """Steers jobs. Each of these may be sent again after a 503."""

    def __init__(self, services: Services, audit: Audit) -> None:
        """Steer with `services`, and tell `audit` what changes."""
        self._services = services
        self._audit = audit

    async def cancel(self, caller: Caller, name: JobId) -> JobRow:
        """Ask a job to end; what it finished stays. Raises ProblemError 404, 409 for a closed job, or 503."""
        async with self._services.database.write() as uow:
            job = await _locked(uow, caller, name)
            if not job.status.is_open:
                raise _wrong_state(job, "cancelled")
            before = _steered(job)
            job.cancel_requested, job.updated_at = True, self._services.clock()
            self._audit.change_within(uow, before, _steered(job), HTTPStatus.ACCEPTED)
        try:
            await self._services.temporal.cancel(name)
        except GoneError:
            raise await self._closed(caller, name) from None
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{name} does not know yet that it is to end") from None
        return job

    async def pause(self, caller: Caller, name: JobId) -> JobRow:
        """Hold a job before its next request. Raises ProblemError 404, 409 for one that does not run, or 503.

        A job that is paused already is told so once more: the request before may have been cut off half way.
        """
        async with self._services.database.write() as uow:
            job = await _locked(uow, caller, name)
            if not job.status.is_open or job.status in _NOT_TO_PAUSE:
                raise _wrong_state(job, "paused")
            if not job.paused:
                await self._flag(uow, job, EventType.PAUSED, paused=True)
        await self._signal(caller, name, contracts.PAUSE_SIGNAL)
        return job

    async def resume(self, caller: Caller, name: JobId) -> JobRow:
        """Let a paused job go on. Raises ProblemError 404, 409 for one that is not paused, or 503.

        The workflow is told first: a request that is cut off half way leaves the job paused, to be resumed again.
        """
        async with self._services.database.read() as uow:
            job = await uow.jobs.get(caller.tenant, name)
        if job is None:
            raise not_found("job", name)
        _require_paused(job)
        await self._signal(caller, name, contracts.RESUME_SIGNAL)
        async with self._services.database.write() as uow:
            job = await _locked(uow, caller, name)
            if job.paused:
                await self._flag(uow, job, EventType.RESUMED, paused=False)
        return job

    async def _flag(self, uow: UnitOfWork, job: JobRow, event: EventType, *, paused: bool) -> None:
        now = self._services.clock()
        before = _steered(job)
        job.paused = paused
        await refresh_status(uow, job, now)
        await uow.events.append(JobId(job.id), TenantId(job.tenant), event, now, {"round": job.round})
        self._audit.change_within(uow, before, _steered(job), HTTPStatus.ACCEPTED)

    async def _signal(self, caller: Caller, name: JobId, signal: str) -> None:
        try:
            await self._services.temporal.signal(name, signal)
        except GoneError:
            raise await self._closed(caller, name) from None
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{name} does not know yet about its {signal}") from None

    async def _closed(self, caller: Caller, name: JobId) -> ProblemError:
        """Return the refusal of a job whose workflow has ended, naming what is stored of it now."""
        async with self._services.database.read() as uow:
            job = await uow.jobs.get(caller.tenant, name)
        state = "erased" if job is None else job.status.value
        return conflict("workflow_closed", f"the workflow of {name} is closed; the job is {state}")


def _steered(job: JobRow) -> Details:
    return {"status": job.status.value, "paused": job.paused, "cancelRequested": job.cancel_requested}


async def _locked(uow: UnitOfWork, caller: Caller, name: JobId) -> JobRow:
    job = await uow.jobs.lock(name)
    if job is None or not job.is_seen_by(caller.tenant):
        raise not_found("job", name)
    return job


def _require_paused(job: JobRow) -> None:
    if not job.status.is_open or not job.paused:
        raise _wrong_state(job, "resumed")


def _wrong_state(job: JobRow, wanted: str) -> ProblemError:
    return conflict("wrong_state", f"{job.id} is {job.status.value} and cannot be {wanted}")

"""Schedules: made, steered and ended. Their rows first: reconcile makes of Temporal's schedules what the rows say."""

from http import HTTPStatus

from activities.schedules import wanted
from api.actions.launch import temporal_unavailable
from api.guards.audit import Audit
from api.guards.auth import Caller
from api.guards.idempotency import Subject
from api.intake.options import OptionsReader
from api.problem import conflict, invalid_field, not_found
from api.schemas.schedule import ScheduleRequest
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from domain.batch import BatchKind
from domain.ids import ScheduleId, TenantId
from domain.job import JobOptions
from domain.schedule import ScheduleKind
from storage.audit import Details
from storage.schedule import ScheduleRow
from storage.unit_of_work import UnitOfWork
from workflows.schedules import Standing


class ScheduleControl:
    """What may be done with schedules. Each of these may be sent again after a 503."""

    def __init__(self, services: Services, audit: Audit) -> None:
        """Store and steer with `services`, and tell `audit` what changes."""
        self._services = services
        self._audit = audit
        self._options = OptionsReader(services.settings, services.catalogue)

    async def create(self, caller: Caller, request: ScheduleRequest, subject: Subject) -> ScheduleRow:
        """Return the schedule of a request. Raises ProblemError 404, 409 or 422 before anything is stored, or 503."""
        name = ScheduleId(subject.id)
        async with self._services.database.write() as uow:
            row = await uow.schedules.get(caller.tenant, name)
            if row is None:
                row = self._row(caller, request, name, await self._job_options(uow, caller, request))
                uow.schedules.add(row)
        try:
            await self._services.temporal.put_schedule(wanted(row))
        except TemporalUnavailableError:
            async with self._services.database.write() as uow:
                await uow.schedules.remove(name)
            raise temporal_unavailable(f"{name} was not made") from None
        self._audit.change(after=_steered(row))
        return row

    async def pause(self, caller: Caller, name: ScheduleId, note: str | None, *, paused: bool) -> ScheduleRow:
        """Hold a schedule, or let it go on. Raises ProblemError 404, or 503: it is stored then, and holds soon."""
        async with self._services.database.write() as uow:
            row = await _locked(uow, caller, name)
            before = _steered(row)
            row.paused, row.note, row.updated_at = paused, note, self._services.clock()
            self._audit.change_within(uow, before, _steered(row))
        try:
            await self._services.temporal.put_schedule(wanted(row))
        except TemporalUnavailableError:
            raise temporal_unavailable(
                f"{name} does not know yet that it is {'held' if paused else 'to go on'}"
            ) from None
        return row

    async def trigger(self, caller: Caller, name: ScheduleId) -> ScheduleRow:
        """Let a schedule act now. Raises ProblemError 404, 409 while Temporal lacks it, or 503."""
        async with self._services.database.read() as uow:
            row = await _found(uow, caller, name)
        try:
            await self._services.temporal.trigger_schedule(name)
        except GoneError:
            detail = f"{name} is not in Temporal just now: reconcile puts it back within a minute or so"
            raise conflict("schedule_missing", detail) from None
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{name} was not triggered") from None
        return row

    async def delete(self, caller: Caller, name: ScheduleId) -> None:
        """End a schedule; what it began goes on. Raises ProblemError 404 or 503."""
        async with self._services.database.read() as uow:
            row = await _found(uow, caller, name)
        try:
            await self._services.temporal.drop_schedule(name)
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{name} is not deleted yet") from None
        async with self._services.database.write() as uow:
            await uow.schedules.remove(name)
            self._audit.change_within(uow, _steered(row), {"deleted": True}, HTTPStatus.NO_CONTENT)

    async def _job_options(self, uow: UnitOfWork, caller: Caller, request: ScheduleRequest) -> JobOptions | None:
        """Return how a page's jobs are done: as its newest one, but for what the request says otherwise."""
        if request.page_id is None:
            await self._require_batch(uow, caller, request)
            return None
        if await uow.pages.get(caller.tenant, request.page_id) is None:
            raise not_found("page", request.page_id)
        last = (await uow.jobs.of_page(request.page_id))[-1].options
        route = self._options.route(request, last.route)
        max_cost = last.max_cost if request.max_cost_usd is None else self._options.cap(request)
        return last.model_copy(update={"route": route, "max_cost": max_cost})

    async def _require_batch(self, uow: UnitOfWork, caller: Caller, request: ScheduleRequest) -> None:
        batch = None if request.batch_id is None else await uow.batches.get(caller.tenant, request.batch_id)
        if batch is None:
            raise not_found("batch", request.batch_id or "")
        if batch.kind is not BatchKind.SUBMIT:
            raise invalid_field("batchId", f"{batch.id} handles dead letters; only briefs can be submitted again")

    def _row(
        self, caller: Caller, request: ScheduleRequest, name: ScheduleId, options: JobOptions | None
    ) -> ScheduleRow:
        now = self._services.clock()
        return ScheduleRow(
            id=name,
            tenant=TenantId(caller.tenant),
            owner=caller.user,
            name=request.name,
            kind=ScheduleKind.BATCH if request.page_id is None else ScheduleKind.PAGE,
            page_id=request.page_id,
            batch_id=request.batch_id,
            options=options,
            cron=request.cron,
            timezone=request.timezone,
            overlap=request.overlap,
            jitter_seconds=request.jitter_seconds,
            created_at=now,
            updated_at=now,
        )


async def standing_of(services: Services, name: ScheduleId) -> Standing | None:
    """Return where a schedule stands; None when Temporal does not tell within its deadline."""
    try:
        return await services.temporal.standing_of(name)
    except (GoneError, TemporalUnavailableError):
        return None


def _steered(row: ScheduleRow) -> Details:
    return {
        "pageId": row.page_id,
        "batchId": row.batch_id,
        "cron": row.cron,
        "timezone": row.timezone,
        "paused": row.paused,
        "note": row.note,
    }


async def _found(uow: UnitOfWork, caller: Caller, name: ScheduleId) -> ScheduleRow:
    row = await uow.schedules.get(caller.tenant, name)
    if row is None:
        raise not_found("schedule", name)
    return row


async def _locked(uow: UnitOfWork, caller: Caller, name: ScheduleId) -> ScheduleRow:
    row = await uow.schedules.lock(name)
    if row is None or row.tenant != caller.tenant:
        raise not_found("schedule", name)
    return row

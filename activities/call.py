"""The call ledger: every vendor request has exactly one row, opened before it and settled after it.

A row found open by a later attempt belongs to a worker that died: it becomes `lost`, its cost unknown, never charged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

from activities import budget, counting, progress
from activities.clock import Clock
from domain.call import CallStatus, Usage
from domain.errors import ErrorType, Failure
from domain.event import EventType
from domain.ids import JobId, TenantId
from domain.money import NanoUsd, usd
from domain.route import bare_name, provider_of
from domain.step import OUTLINE_STEP
from domain.tries import MAX_LOST
from storage.call import CallRow
from storage.database import Database
from storage.job import JobRow
from storage.progress import refresh_status
from storage.unit_of_work import UnitOfWork
from workflows.contracts import StepInput

REQUESTS: Final = 2
"""Of a try: the second asks again, with what was wrong with the first one's answer."""
_NO_USAGE: Final = Usage()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request somebody wants to make. `bound` is the most it can cost, None without a price."""

    step: StepInput
    request: int
    bound: NanoUsd | None
    attempt: int
    """Temporal's attempt, for the record only."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The request may go out."""

    call: int
    try_number: int
    failed_tries: int
    """Tries of the step on this model that failed before this one."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The step has its result already, from this attempt's predecessor or from a round that could not hand it on."""

    result: JsonValue


@dataclass(frozen=True, slots=True)
class Paused:
    """The job is paused: no request goes out, no try is used."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No further request of this step on this model."""

    failure: Failure

    @property
    def ends_route(self) -> bool:
        """Whether no other model helps either: money and time are the job's, not the model's."""
        return self.failure.type is ErrorType.COST_LIMIT


Opening = Opened | Stored | Paused | budget.Busy | Refused


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a request ended. `delay` is the wait before the next try, None when none follows on this model."""

    status: CallStatus
    usage: Usage = _NO_USAGE
    cost: NanoUsd | None = None
    failure: Failure | None = None
    result: JsonValue = None
    latency: timedelta | None = None
    delay: timedelta | None = None
    leaves_model: bool = False
    """The step is over on this model: it has its result, or the next model is asked."""
    ends_step: bool = False
    """The step failed for good: the route ends here."""
    failed_checks: tuple[str, ...] = ()
    """What an unusable answer did not pass."""


class JobMissingError(Exception):
    """The job has no row: an older database was restored. Reconcile rebuilds it."""


class CallLedger:
    """Opens and settles calls, each in one transaction with its money and its event."""

    def __init__(self, database: Database, daily_cap: NanoUsd, clock: Clock) -> None:
        """Write to `database`; `daily_cap` is what all tenants together may spend in a UTC day."""
        self._database = database
        self._daily_cap = daily_cap
        self._clock = clock

    async def open(self, ask: Ask, tries: int) -> Opening:
        """Commit the row of a request that is about to go out, or say why it must not. Raises JobMissingError."""
        async with self._database.write() as uow:
            job = await uow.jobs.lock(ask.step.job_id)
            if job is None:
                message = f"{ask.step.job_id} has no row"
                raise JobMissingError(message)
            if not job.is_in(ask.step.round):
                return Refused(Failure(ErrorType.UNKNOWN, f"round {ask.step.round} of {job.id} is over"))
            return await self._open(uow, job, ask, tries, self._clock())

    async def _open(self, uow: UnitOfWork, job: JobRow, ask: Ask, tries: int, now: datetime) -> Opening:
        calls = await uow.calls.of_step(ask.step.job_id, ask.step.round, ask.step.step)
        if ask.request == 1:
            await self._write_off(uow, job, calls)
        result = await uow.calls.result(ask.step.job_id, ask.step.step)
        if result is not None:
            await progress.finish_step(uow, job, ask.step.step, result, now)
            return Stored(result)
        opening = _held_back(job, calls, ask.step, tries) or await self._reserve(uow, job, ask, now)
        if opening is None:
            return await self._opened(uow, job, calls, ask, now)
        if isinstance(opening, Refused) and (ask.step.is_last_model or opening.ends_route):
            await progress.fail_step(uow, job, ask.step.step, opening.failure, now)
        await refresh_status(uow, job, now)
        return opening

    async def settle(self, call_id: int, end: Settlement) -> bool:
        """Write down how a request ended. False when the row was settled before: this worker had been given up."""
        async with self._database.write() as uow:
            name = await uow.calls.job_of(call_id)
            job = None if name is None else await uow.jobs.lock(name)
            call = await uow.calls.find(call_id)
            if call is None or job is None or call.status is not CallStatus.OPEN:
                return False
            now = self._clock()
            _apply(call, end, now)
            await budget.settle(uow, job, call)
            await self._tell(uow, job, call, end.delay)
            await _count(uow, call, end)
            await _move_step(uow, job, call, end, now)
            await refresh_status(uow, job, now)
            return True

    async def write_off(self, uow: UnitOfWork, job: JobRow, status: CallStatus) -> None:
        """Settle every open call of a job whose round is over, inside the caller's transaction."""
        for call in await uow.calls.of_job(JobId(job.id)):
            if call.status is CallStatus.OPEN:
                await self._end_unknown(uow, job, call, status)

    async def _write_off(self, uow: UnitOfWork, job: JobRow, calls: Sequence[CallRow]) -> None:
        for call in calls:
            if call.status is CallStatus.OPEN:
                await self._end_unknown(uow, job, call, CallStatus.LOST)

    async def _end_unknown(self, uow: UnitOfWork, job: JobRow, call: CallRow, status: CallStatus) -> None:
        _apply(call, Settlement(status), self._clock())
        await budget.settle(uow, job, call)
        await self._tell(uow, job, call, None)
        counting.count_call(uow, call)

    async def _reserve(self, uow: UnitOfWork, job: JobRow, ask: Ask, now: datetime) -> Refused | budget.Busy | None:
        held = await budget.reserve(uow, job, ask.bound or NanoUsd(0), self._daily_cap, now)
        return Refused(held) if isinstance(held, Failure) else held

    async def _opened(self, uow: UnitOfWork, job: JobRow, calls: Sequence[CallRow], ask: Ask, now: datetime) -> Opened:
        of_model = [call for call in calls if call.full_model == ask.step.model]
        newest = max((call.try_number for call in of_model), default=0)
        row = _new_row(job, ask, newest if ask.request > 1 else newest + 1, now)
        uow.calls.add(row)
        counting.count_retry(uow, row)
        await progress.start_step(uow, ask.step, row.try_number, now)
        await uow.flush()
        await uow.events.append(ask.step.job_id, ask.step.tenant, EventType.CALL_STARTED, now, _key(row))
        await refresh_status(uow, job, now)
        if row.id is None:
            message = "the database numbered no call"
            raise AssertionError(message)
        return Opened(row.id, row.try_number, len(_failed_tries(of_model).keys() - {row.try_number}))

    async def _tell(self, uow: UnitOfWork, job: JobRow, call: CallRow, delay: timedelta | None) -> None:
        data = _key(call) | {
            "status": call.status.value,
            "promptTokens": call.prompt_tokens,
            "completionTokens": call.completion_tokens,
            "costUsd": None if call.cost is None else float(usd(NanoUsd(call.cost))),
            "chargedUsd": float(usd(NanoUsd(call.charged))),
            "latencyMs": call.latency_ms,
            "errorType": call.error_type,
            "message": call.error_message,
            "retryInSeconds": None if delay is None else round(delay.total_seconds(), 3),
        }
        await uow.events.append(JobId(job.id), TenantId(job.tenant), EventType.CALL_SETTLED, self._clock(), data)


def _held_back(job: JobRow, calls: Sequence[CallRow], step: StepInput, tries: int) -> Paused | Refused | None:
    """Return why no request of a step may go out now, money apart."""
    if job.brief is None:
        return Refused(Failure(ErrorType.UNKNOWN, "the page was erased"))
    if job.paused:
        return Paused()
    if sum(call.status is CallStatus.LOST for call in calls) >= MAX_LOST:
        return Refused(Failure(ErrorType.UNKNOWN, f"the worker died {MAX_LOST} times under {step.step}"))
    given_up = _given_up([call for call in calls if call.full_model == step.model], tries)
    return None if given_up is None else Refused(given_up)


def _given_up(of_model: Sequence[CallRow], tries: int) -> Failure | None:
    """Return why the model was given up already, by an attempt that died before it could say so."""
    failed = list(_failed_tries(of_model).values())
    types = [call.error_type or ErrorType.UNKNOWN for call in failed]
    if len(failed) < tries and all(type_.mends_by_waiting for type_ in types):
        return None
    return Failure(types[-1], failed[-1].error_message or "the tries are used up")


def _failed_tries(calls: Sequence[CallRow]) -> dict[int, CallRow]:
    """Return the last request of each try that failed.

    A lost one is not the vendor's failure; one whose answer was unusable is not over before it was asked again.
    """
    newest = {call.try_number: call for call in calls}
    return {number: call for number, call in newest.items() if _has_failed(call)}


def _has_failed(call: CallRow) -> bool:
    return call.status is CallStatus.FAILED or (call.status is CallStatus.INVALID and call.request == REQUESTS)


def _apply(call: CallRow, end: Settlement, now: datetime) -> None:
    call.status = end.status
    call.prompt_tokens = end.usage.prompt_tokens
    call.completion_tokens = end.usage.completion_tokens
    call.cached_tokens = end.usage.cached_tokens
    call.reasoning_tokens = end.usage.reasoning_tokens
    call.cache_write_tokens = end.usage.cache_write_tokens
    call.cost = end.cost
    call.charged = (end.cost or 0) if end.status is CallStatus.SUCCEEDED else 0
    call.result = end.result
    call.settled_at = now
    if end.latency is not None:
        call.latency_ms = _milliseconds(end.latency)
    if end.delay is not None:
        call.retry_delay_ms = _milliseconds(end.delay)
    if end.failure is not None:
        call.error_type, call.error_message = end.failure.type, end.failure.message


async def _count(uow: UnitOfWork, call: CallRow, end: Settlement) -> None:
    counting.count_call(uow, call)
    counting.count_failed_checks(uow, end.failed_checks)
    if end.leaves_model:
        await counting.count_step(uow, call)
    if isinstance(end.result, dict) and call.step != OUTLINE_STEP:
        counting.count_section(uow, str(end.result["type"]), counting.SUCCEEDED)


def _milliseconds(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))


def _key(call: CallRow) -> dict[str, JsonValue]:
    return {
        "round": call.round,
        "step": call.step,
        "model": call.full_model,
        "try": call.try_number,
        "request": call.request,
    }


def _new_row(job: JobRow, ask: Ask, try_number: int, now: datetime) -> CallRow:
    return CallRow(
        tenant=job.tenant,
        owner=job.owner,
        page_id=job.page_id,
        job_id=job.id,
        round=ask.step.round,
        step=ask.step.step,
        provider=provider_of(ask.step.model),
        model=bare_name(ask.step.model),
        try_number=try_number,
        request=ask.request,
        attempt=ask.attempt,
        status=CallStatus.OPEN,
        reserved=ask.bound or 0,
        started_at=now,
    )


async def _move_step(uow: UnitOfWork, job: JobRow, call: CallRow, end: Settlement, now: datetime) -> None:
    """Let the step follow its call; it stays active where a second request or another model follows."""
    if call.round != job.round:
        return
    if end.status is CallStatus.SUCCEEDED:
        await progress.finish_step(uow, job, call.step, end.result, now)
    elif end.ends_step:
        await progress.fail_step(uow, job, call.step, end.failure, now)
    elif end.delay is not None:
        await progress.delay_step(uow, job, call.step, end.failure, end.delay, now)

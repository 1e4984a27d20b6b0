"""Retries: a failed round through its dead letter, a cancelled job directly; and the discard of a dead letter.

A retry is addressed by its round, so that a repeated request cannot hit the failure after the one it meant.
"""

from collections.abc import Awaitable
from typing import Final, TypeVar

from ulid import ULID

from api.actions.launch import Launcher, temporal_unavailable
from api.actions.restart import Restart, round_name
from api.guards.auth import Caller
from api.guards.idempotency import Subject
from api.intake.options import OptionsReader
from api.problem import ProblemError, conflict, not_found
from api.schemas.job import RetryJobRequest
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError, UpdateRefusedError
from domain.dead_letter import DeadLetterStatus
from domain.ids import DeadLetterId, JobId
from domain.job import JobStatus
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from workflows import contracts

T = TypeVar("T")

_LETTER: Final = "dlq_"


class Retry:
    """Takes up what failed or was cancelled, or gives it up."""

    def __init__(self, services: Services) -> None:
        """Retry with `services`."""
        self._services = services
        self._options = OptionsReader(services.settings, services.catalogue)
        self._restart = Restart(services, Launcher(services))

    async def letter(self, caller: Caller, name: str) -> DeadLetterRow:
        """Return the dead letter of an id, or the newest one of a job's. Raises ProblemError 404."""
        async with self._services.database.read() as uow:
            if name.startswith(_LETTER):
                row = await uow.dead_letters.get(caller.tenant, DeadLetterId(name))
            else:
                row = await uow.dead_letters.newest_of_job(caller.tenant, JobId(name))
        if row is None:
            raise not_found("dead letter", name)
        return row

    async def open_letter(self, caller: Caller, name: str) -> str:
        """Return the id of the open dead letter a name stands for. Raises ProblemError 404 or 409."""
        row = await self.letter(caller, name)
        _require_open(row)
        return row.id

    async def failure_of(self, caller: Caller, name: JobId) -> str:
        """Return what a retry of a job takes up: its open dead letter, or the round after a cancelled one.

        Raises ProblemError 404, or 409 naming the state of a job that neither failed nor was cancelled.
        """
        job = await self._job(caller, name)
        if job.status is JobStatus.FAILED:
            return await self.open_letter(caller, name)
        if job.status is JobStatus.CANCELLED:
            return round_name(name, job.round + 1)
        detail = f"{name} is {job.status.value}; a job is retried once it has failed or was cancelled"
        raise conflict("wrong_state", detail)

    async def job(self, caller: Caller, request: RetryJobRequest, subject: Subject, key: str | None) -> JobRow:
        """Retry what `failure_of` named and return its job. Raises ProblemError 409, 422 or 503."""
        if not subject.id.startswith(_LETTER):
            return await self._restart.cancelled(caller, request, subject)
        retried = await self.dead_letter(caller, request, subject, key)
        return await self._job(caller, retried.job_id)

    async def dead_letter(
        self, caller: Caller, request: RetryJobRequest, subject: Subject, key: str | None
    ) -> contracts.RetryResult:
        """Start the round after a failed one. Raises ProblemError 404, 409, 422 or 503."""
        letter = await self.letter(caller, subject.id)
        if subject.again and letter.status is DeadLetterStatus.RETRIED:
            return contracts.RetryResult(job_id=JobId(letter.job_id), round=letter.round + 1)
        _require_open(letter)
        change = self._change(caller, letter, await self._job(caller, JobId(letter.job_id)), request)
        update = self._services.temporal.retry(
            DeadLetterId(letter.id), change, _update_id(caller, contracts.RETRY_UPDATE, key)
        )
        return await self._answered(caller, letter, update)

    async def discard(self, caller: Caller, reason: str, subject: Subject, key: str | None) -> DeadLetterRow:
        """Give a failed round up for good; what it cost stays. Raises ProblemError 404, 409 or 503."""
        letter = await self.letter(caller, subject.id)
        if subject.again and letter.status is DeadLetterStatus.DISCARDED:
            return letter
        _require_open(letter)
        request = contracts.DiscardRequest(reason=reason, by=caller.user)
        update = self._services.temporal.discard(
            DeadLetterId(letter.id), request, _update_id(caller, contracts.DISCARD_UPDATE, key)
        )
        await self._answered(caller, letter, update)
        return await self.letter(caller, letter.id)

    def _change(
        self, caller: Caller, letter: DeadLetterRow, job: JobRow, request: RetryJobRequest
    ) -> contracts.RetryRequest:
        route = self._options.route(request, job.options.route) if request.names_models else None
        max_cost = None if request.max_cost_usd is None else self._options.cap(request)
        changes = (route or job.options.route) != job.options.route or (max_cost or 0) > job.max_cost
        if not (letter.can_retry or changes or request.force):
            detail = (
                f"{letter.id} failed with {letter.error_type.value}, which the same route will do again: "
                "give another route, a higher maxCostUsd, or force"
            )
            raise conflict("not_retryable", detail)
        seconds = self._options.request_seconds(route or job.options.route)
        return contracts.RetryRequest(route=route, request_seconds=seconds, max_cost=max_cost, by=caller.user)

    async def _answered(self, caller: Caller, letter: DeadLetterRow, update: Awaitable[T]) -> T:
        """Return the answer of an Update. Raises ProblemError 409 or 503."""
        try:
            return await update
        except UpdateRefusedError as refused:
            if refused.type == contracts.ENDED:
                raise _closed(await self.letter(caller, letter.id)) from None
            raise conflict("retry_conflict", refused.message) from None
        except GoneError:
            raise _closed(await self.letter(caller, letter.id)) from None
        except TemporalUnavailableError:
            raise temporal_unavailable(f"{letter.id} did not answer") from None

    async def _job(self, caller: Caller, name: JobId) -> JobRow:
        async with self._services.database.read() as uow:
            job = await uow.jobs.get(caller.tenant, name)
        if job is None:
            raise not_found("job", name)
        return job


def _require_open(letter: DeadLetterRow) -> None:
    if letter.status is not DeadLetterStatus.OPEN:
        raise _closed(letter)


def _closed(letter: DeadLetterRow) -> ProblemError:
    return conflict("dead_letter_closed", f"{letter.id} is closed; what is stored of it is: {letter.status.value}")


def _update_id(caller: Caller, update: str, key: str | None) -> str:
    return str(ULID()) if key is None else f"{caller.tenant}:{update}:{key}"

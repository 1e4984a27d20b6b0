"""One attempt of a step on one model: at most two requests, each of them written down before and after."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NoReturn

from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.budget import Busy
from activities.call import REQUESTS, Ask, CallLedger, Opened, Paused, Refused, Settlement, Stored
from activities.settling import settled, whole
from activities.writing import InvalidOutputError, Writing
from domain.call import CallStatus, Usage
from domain.errors import ErrorType, Failure
from domain.tries import Again, after_failure
from providers.limits import max_tokens
from providers.model import Correction, LanguageModel, ModelRequest, ModelRequestError, ModelResponse
from workflows import contracts

_LOOK_AGAIN_WHEN_BUSY: Final = timedelta(seconds=1)
_LONGEST_MESSAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step, what it is to write, the model it asks and how many tries it has; `jitter` draws from [0, 1)."""

    ledger: CallLedger
    step: contracts.StepInput
    writing: Writing
    model: LanguageModel
    tries: int
    jitter: Callable[[], float]

    async def run(self) -> JsonValue:
        """Return the step's result, from a predecessor that died after storing it or from the model.

        An unusable answer is asked again once, with its errors. Raises ApplicationError.
        """
        correction: Correction | None = None
        for number in range(1, REQUESTS + 1):
            request = ModelRequest(self.writing.task, max_tokens(self.writing.task), correction)
            opening = await self._open(request, number)
            if isinstance(opening, Stored):
                return opening.result
            answer = await self._ask(request, opening, is_last=number == REQUESTS)
            if isinstance(answer, Kept):
                return answer.result
            correction = answer
        raise given_up(_unusable(self.step.model, correction))

    async def _open(self, request: ModelRequest, number: int) -> Opened | Stored:
        # Reading a long brief takes seconds of CPU, in which this worker could not tell that it lives.
        bound = await asyncio.to_thread(self.model.upper_bound, request)
        ask = Ask(self.step, number, bound, activity.info().attempt)
        match await whole(self.ledger.open(ask, self.tries)):
            case Paused():
                message = f"{self.step.job_id} is paused"
                raise _held_back(message, contracts.PAUSED)
            case Busy():
                message = "requests in flight hold the rest of the budget"
                raise _held_back(message, contracts.BUSY, look_again=_LOOK_AGAIN_WHEN_BUSY)
            case Refused() as refused:
                raise given_up(refused.failure)
            case opening:
                return opening

    async def _ask(self, request: ModelRequest, opened: Opened, *, is_last: bool) -> "Kept | Correction":
        started = time.monotonic()
        try:
            response = await self.model.request(request)
        except ModelRequestError as error:
            await self._fail(opened, error, _since(started))
        except asyncio.CancelledError:
            await self._abort(opened, _since(started))
            raise
        return await whole(self._read(opened, response, _since(started), is_last=is_last))

    async def _read(
        self, opened: Opened, response: ModelResponse, latency: timedelta, *, is_last: bool
    ) -> "Kept | Correction":
        """Keep a valid answer, charged; write down an unusable one, which the vendor bills all the same."""
        try:
            result = await asyncio.to_thread(self.writing.read, response.output)
        except InvalidOutputError as invalid:
            correction, failed_checks = Correction(response.output, invalid.errors), invalid.checks
        else:
            end = Settlement(
                CallStatus.SUCCEEDED,
                response.usage,
                response.cost,
                result=result,
                latency=latency,
                leaves_model=True,
            )
            await self._settle(opened, end)
            return Kept(result)
        end = Settlement(
            CallStatus.INVALID,
            response.usage,
            response.cost,
            failure=_unusable(self.step.model, correction),
            latency=latency,
            leaves_model=is_last,
            ends_step=is_last and self.step.is_last_model,
            failed_checks=failed_checks,
        )
        await self._settle(opened, end)
        return correction

    async def _fail(self, opened: Opened, error: ModelRequestError, latency: timedelta) -> NoReturn:
        """Write a failed request down and say what follows: the same model after a while, or the next one."""
        follows = after_failure(
            opened.failed_tries + 1,
            self.tries,
            mends_by_waiting=error.type.mends_by_waiting,
            retry_after=error.retry_after,
            jitter=self.jitter(),
        )
        delay = follows.delay if isinstance(follows, Again) else None
        end = Settlement(
            CallStatus.FAILED,
            error.usage or Usage(),
            error.cost,
            failure=error.failure,
            latency=latency,
            delay=delay,
            leaves_model=delay is None,
            ends_step=delay is None and self.step.is_last_model,
        )
        await self._settle(opened, end)
        if delay is None:
            raise given_up(error.failure) from None
        raise ApplicationError(error.failure.message, type=error.type, next_retry_delay=delay) from None

    async def _abort(self, opened: Opened, latency: timedelta) -> None:
        """Write down a request that was cut off: by a cancel, or because this worker stops or was given up."""
        details = activity.cancellation_details()
        by_cancel = details is not None and details.cancel_requested
        status = CallStatus.CANCELLED if by_cancel else CallStatus.LOST
        await whole(self._write_down(opened, Settlement(status, latency=latency)))
        if not by_cancel:
            message = "the worker stops; another one goes on"
            raise ApplicationError(message, type="WORKER_SHUTDOWN") from None

    async def _settle(self, opened: Opened, end: Settlement) -> None:
        if not await whole(self._write_down(opened, end)):
            message = "another worker took this step over"
            raise ApplicationError(message, type="SUPERSEDED")

    async def _write_down(self, opened: Opened, end: Settlement) -> bool:
        return await settled(lambda: self.ledger.settle(opened.call, end), opened.call)


@dataclass(frozen=True, slots=True)
class Kept:
    """A valid answer, stored."""

    result: JsonValue


def given_up(failure: Failure) -> ApplicationError:
    """Return the error that leaves this model for good."""
    return ApplicationError(failure.message[:_LONGEST_MESSAGE], type=failure.type, non_retryable=True)


def _held_back(message: str, type_: str, *, look_again: timedelta | None = None) -> ApplicationError:
    """Return the error of an attempt that asked nothing and is no failure; the workflow waits without `look_again`."""
    return ApplicationError(
        message,
        type=type_,
        non_retryable=look_again is None,
        next_retry_delay=look_again,
        category=ApplicationErrorCategory.BENIGN,
    )


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)


def _unusable(model: str, correction: Correction | None) -> Failure:
    """Name the rules an answer broke; never the answer itself."""
    rules = sorted({error.partition(":")[0] for error in correction.errors}) if correction else []
    message = f"{model} gave an unusable answer; what does not hold: {', '.join(rules)}"
    return Failure(ErrorType.VALIDATION_ERROR, message[:_LONGEST_MESSAGE])

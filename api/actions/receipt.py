"""The receipt of a job, reckoned from its calls."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.schemas import job as schemas
from api.schemas.envelope import dollars
from domain.call import may_still_be_billed
from domain.ids import JobId
from domain.job import JobStatus
from domain.money import NanoUsd
from domain.receipt import Receipt, ReceiptLine
from domain.step import OUTLINE_STEP, section_index
from storage.call import CallRow
from storage.job import JobRow


def receipt_of(job: JobRow, calls: Sequence[CallRow], now: datetime) -> Receipt:
    """Return what all rounds of a job took together; `now` ends the duration of an open one."""
    steps = sorted({call.step for call in calls}, key=_position)
    lines = tuple(_line(step, [call for call in calls if call.step == step]) for step in steps)
    return Receipt(
        job_id=JobId(job.id),
        status=job.status,
        rounds=job.round,
        calls=len(calls),
        retries=sum(line.retries for line in lines),
        prompt_tokens=sum(line.prompt_tokens for line in lines),
        completion_tokens=sum(line.completion_tokens for line in lines),
        cost=NanoUsd(sum(line.cost for line in lines)),
        charged=NanoUsd(sum(line.charged for line in lines)),
        unknown_cost_calls=sum(line.unknown_cost_calls for line in lines),
        duration_ms=_milliseconds((job.finished_at or now) - job.created_at),
        estimate=job.estimate,
        lines=lines,
    )


def shown(receipt: Receipt) -> schemas.Receipt:
    """Return a receipt as it travels over HTTP, in USD."""
    return schemas.Receipt(
        calls=receipt.calls,
        retries=receipt.retries,
        rounds=receipt.rounds,
        prompt_tokens=receipt.prompt_tokens,
        completion_tokens=receipt.completion_tokens,
        cost_usd=dollars(receipt.cost),
        charged_usd=dollars(receipt.charged),
        unknown_cost_calls=receipt.unknown_cost_calls,
        duration_ms=receipt.duration_ms,
        estimate=None
        if receipt.estimate is None
        else schemas.ReceiptEstimate.of(receipt.estimate, _whole_cost(receipt)),
        lines=tuple(_shown_line(line) for line in receipt.lines),
    )


def _shown_line(line: ReceiptLine) -> schemas.ReceiptLine:
    return schemas.ReceiptLine(
        step=line.step,
        models=line.models,
        calls=line.calls,
        retries=line.retries,
        prompt_tokens=line.prompt_tokens,
        completion_tokens=line.completion_tokens,
        cost_usd=dollars(line.cost),
        charged_usd=dollars(line.charged),
        unknown_cost_calls=line.unknown_cost_calls,
        duration_ms=line.duration_ms,
    )


def _whole_cost(receipt: Receipt) -> NanoUsd | None:
    """Return what all of the job cost; None for one that did not come to its end, which an estimate is not about."""
    return receipt.cost if receipt.status is JobStatus.COMPLETED else None


def _line(step: str, calls: Sequence[CallRow]) -> ReceiptLine:
    rounds = {call.round for call in calls}
    return ReceiptLine(
        step=step,
        models=tuple(dict.fromkeys(call.full_model for call in calls)),
        calls=len(calls),
        retries=len(calls) - len(rounds),
        prompt_tokens=sum(call.prompt_tokens for call in calls),
        completion_tokens=sum(call.completion_tokens for call in calls),
        cost=NanoUsd(sum(call.cost or 0 for call in calls)),
        charged=NanoUsd(sum(call.charged for call in calls)),
        unknown_cost_calls=sum(
            may_still_be_billed(call.status, call.error_type, cost_known=call.cost is not None) for call in calls
        ),
        duration_ms=sum(_duration([call for call in calls if call.round == number]) for number in rounds),
    )


def _duration(calls: Sequence[CallRow]) -> int:
    """Return how long one round of a step took, from its first request to the end of its last one."""
    ends = [call.settled_at for call in calls if call.settled_at is not None]
    if not ends:
        return 0
    return _milliseconds(max(ends) - min(call.started_at for call in calls))


def _position(step: str) -> int:
    return -1 if step == OUTLINE_STEP else section_index(step)


def _milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)

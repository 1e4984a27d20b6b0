"""What is counted of calls, steps and rounds: once for each, in the transaction that writes it down."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import telemetry
from storage.call import CallRow
from storage.job import JobRow
from storage.probe import ProbeRow
from storage.unit_of_work import UnitOfWork

SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"
SUCCESS: Final = "success"
SCHEMA: Final = "schema"
"""The check that an answer has the shape it was asked for."""
RENDER: Final = "render"
"""The check that a document can be made into HTML at all."""


def count_call(uow: UnitOfWork, call: CallRow) -> None:
    """Count a request of a step that has ended, and how long it took."""
    count_request(uow, call)
    if call.latency_ms is not None:
        series = telemetry.CALL_DURATION.of(provider=call.provider, model=call.full_model)
        uow.counters.observe(series, call.latency_ms / 1000)


def count_request(uow: UnitOfWork, call: CallRow | ProbeRow) -> None:
    """Count a request that has ended, with its tokens and its cost.

    How long a probe took is told nowhere: it would make the requests of steps look fast.
    """
    model = {"provider": call.provider, "model": call.full_model}
    uow.counters.add(telemetry.CALLS.of(**model, outcome=call.status.value))
    for type_, tokens in (("prompt", call.prompt_tokens), ("completion", call.completion_tokens)):
        uow.counters.add(telemetry.TOKENS.of(**model, type=type_), tokens)
    uow.counters.add(telemetry.CACHED_TOKENS.of(**model), call.cached_tokens)
    if call.cost is not None:
        uow.counters.add(telemetry.COST.of(**model), call.cost)
    elif call.prompt_tokens + call.completion_tokens > 0:
        uow.counters.add(telemetry.UNPRICED_CALLS.of(**model))


def count_retry(uow: UnitOfWork, call: CallRow) -> None:
    """Count a request that begins a further try of its step on its model; the first try counts nothing."""
    if call.try_number > 1 and call.request == 1:
        uow.counters.add(telemetry.JOB_RETRIES.of(provider=call.provider, model=call.full_model))


async def count_step(uow: UnitOfWork, last: CallRow) -> None:
    """Count how long a step took on one model, whose last request this is: its requests and the waits between them."""
    calls = await uow.calls.of_model(last)
    taken = timedelta(milliseconds=sum((call.latency_ms or 0) + (call.retry_delay_ms or 0) for call in calls))
    series = telemetry.JOB_DURATION.of(provider=last.provider, model=last.full_model)
    uow.counters.observe(series, taken.total_seconds())


def count_section(uow: UnitOfWork, block_type: str, outcome: str) -> None:
    """Count a section that was written, or that no model of the route could write."""
    uow.counters.add(telemetry.SECTIONS.of(type=block_type, outcome=outcome))


def count_failed_checks(uow: UnitOfWork, checks: Sequence[str]) -> None:
    """Count checks that an answer or a page did not pass."""
    for check in checks:
        uow.counters.add(telemetry.CHECKS_FAILED.of(check=check))


def count_round(uow: UnitOfWork, job: JobRow, status: str) -> None:
    """Count a round that ended, as its job's row tells of it."""
    provider, model = job.provider or telemetry.NONE, job.model or telemetry.NONE
    uow.counters.add(telemetry.JOBS.of(provider=provider, model=model, status=status))


def count_page(uow: UnitOfWork, job: JobRow, taken: timedelta) -> None:
    """Count how long a round took to its stored version."""
    uow.counters.observe(telemetry.PAGE_DURATION.of(kind=job.kind.value), taken / timedelta(seconds=1))

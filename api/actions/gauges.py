"""What is so now, for the whole installation: jobs, dead letters, money, queues, and the parts that work needs."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

import telemetry
from api.actions.queue_control import known_providers
from api.actions.queue_state import state_of
from api.actions.readiness import parts_of
from api.schemas.queue import QueueSetting
from api.services import Services
from domain.errors import ErrorType
from domain.job import JobStatus
from domain.metric import Series
from domain.money import NANO
from storage.probe import ProbeRow
from storage.queue import QueueRow
from storage.spend import INSTALLATION, DailySpendRow
from storage.unit_of_work import UnitOfWork
from workflows.queues import QueueState

log = structlog.get_logger()

Reading = tuple[Series, float]

_ANSWERS_OF: Final = timedelta(minutes=15)
"""How far back the validation pass rate looks."""
_PROBES: Final = 3
"""After so many turns without a probe nothing is known of a provider."""
_QUEUES_WITHIN: Final = timedelta(seconds=4)
"""After the 3 s the parts may take: in all, an answer has to be there within Prometheus' ten."""
_TENANTS: Final = 20
_OTHERS: Final = "*"
_SIZES: Final = {
    "waiting": (JobStatus.SUBMITTING, JobStatus.WAITING),
    "active": (JobStatus.ACTIVE,),
    "completed": (JobStatus.COMPLETED,),
    "failed": (JobStatus.FAILED,),
    "delayed": (JobStatus.DELAYED,),
}


async def of_database(services: Services, uow: UnitOfWork) -> list[Reading]:
    """Return what the database knows. Raises what the database raises."""
    return [
        *_queue_sizes(await uow.jobs.sizes()),
        *_calls_open(await uow.calls.open_by_provider(None), services.catalogue.providers()),
        *_dead_letters(await uow.dead_letters.open_by_error_type()),
        *_pass_rate(*await uow.job_metrics.answers(services.clock() - _ANSWERS_OF)),
        *_spend(await uow.spend.of_day(services.clock().date())),
        (telemetry.DAILY_COST_LIMIT.of(), float(services.settings.max_cost_per_day)),
        *_probes(await uow.probes.newest(), _oldest_probe(services)),
        *_paused(await uow.queues.all(), services.catalogue.providers()),
    ]


async def of_temporal(services: Services) -> list[Reading]:
    """Return which parts are there, and where queues stand; nothing of the queues while one of both is away or slow."""
    parts = await parts_of(services)
    ready = [(telemetry.READY.of(part=part.name), float(part.ready)) for part in parts]
    if not all(part.ready for part in parts if part.name in {"database", "temporal"}):
        return ready
    try:
        async with asyncio.timeout(_QUEUES_WITHIN.total_seconds()):
            return [*ready, *await _of_queues(services)]
    except (SQLAlchemyError, OSError) as error:  # a timeout is one of these
        log.warning("metrics without the queues", reason=type(error).__name__)
        return ready


async def _of_queues(services: Services) -> list[Reading]:
    queues = [QueueSetting.of(provider, None) for provider in (None, *await known_providers(services))]
    states = await asyncio.gather(*(state_of(services, queue) for queue in queues))
    found = [(queue.name, state) for queue, state in zip(queues, states, strict=True) if state is not None]
    return [reading for name, state in found for reading in _queue(name, state)]


def _queue_sizes(sizes: Mapping[JobStatus, int]) -> Iterator[Reading]:
    for status, statuses in _SIZES.items():
        yield telemetry.QUEUE_SIZE.of(status=status), sum(sizes.get(each, 0) for each in statuses)


def _calls_open(calls: Mapping[str, int], providers: Sequence[str]) -> Iterator[Reading]:
    for provider in {*providers, *calls}:
        yield telemetry.CALLS_OPEN.of(provider=provider), calls.get(provider, 0)


def _dead_letters(letters: Mapping[ErrorType, int]) -> Iterator[Reading]:
    for type_ in ErrorType:
        yield telemetry.DEAD_LETTERS.of(error_type=type_.value), letters.get(type_, 0)


def _pass_rate(valid: int, invalid: int) -> Iterator[Reading]:
    if valid + invalid:
        yield telemetry.VALIDATION_PASS_RATE.of(), 100 * valid / (valid + invalid)


def _spend(day: Mapping[str, DailySpendRow]) -> Iterator[Reading]:
    whole = day.get(INSTALLATION)
    yield telemetry.DAILY_COST.of(), 0 if whole is None else (whole.cost + whole.reserved) / NANO
    tenants = sorted(((row.cost, name) for name, row in day.items() if name != INSTALLATION), reverse=True)
    for cost, name in tenants[:_TENANTS]:
        yield telemetry.TENANT_DAILY_COST.of(tenant=name), cost / NANO
    if tenants[_TENANTS:]:
        yield telemetry.TENANT_DAILY_COST.of(tenant=_OTHERS), sum(cost for cost, _ in tenants[_TENANTS:]) / NANO


def _oldest_probe(services: Services) -> datetime:
    """Return since when a probe says something of now; nothing does where none are made."""
    every = services.settings.probe_every
    return services.clock() - (timedelta(0) if every is None else _PROBES * every)


def _probes(newest: Mapping[str, ProbeRow], oldest: datetime) -> Iterator[Reading]:
    for provider, probe in newest.items():
        if probe.started_at >= oldest:
            yield telemetry.PROVIDER_UP.of(provider=provider), float(probe.is_up)
            yield telemetry.PROVIDER_PROBED.of(provider=provider), probe.started_at.timestamp()


def _paused(rows: Mapping[str, QueueRow], providers: Sequence[str]) -> Iterator[Reading]:
    for provider in {*providers, *rows}:
        setting = QueueSetting.of(provider, rows.get(provider))
        yield telemetry.QUEUE_PAUSED.of(queue=setting.name), float(setting.paused)


def _queue(name: str, state: QueueState) -> Iterator[Reading]:
    yield telemetry.BACKLOG.of(queue=name), state.backlog
    yield telemetry.LAG.of(queue=name), 0 if state.oldest is None else state.oldest.total_seconds()
    yield telemetry.POLLERS.of(queue=name), state.pollers

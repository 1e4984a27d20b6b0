"""Probes: whether each provider answers, seen by one tiny request to it."""

import asyncio
import time
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.call import Settlement
from activities.heartbeat import heartbeating
from activities.probe_ledger import ProbeLedger
from activities.settling import settled, whole
from domain.call import CallStatus, Usage
from domain.errors import Failure
from domain.route import ModelName, provider_of
from providers.catalogue import Catalogue, UnknownModelError
from providers.model import LanguageModel, ModelRequestError
from storage.database import Database
from workflows import contracts

log = structlog.get_logger()


class ProbeActivities:
    """Plans the probes of a turn and makes them."""

    def __init__(self, database: Database, catalogue: Catalogue, ledger: ProbeLedger) -> None:
        """Ask the models of `catalogue`, one of each provider."""
        self._database = database
        self._catalogue = catalogue
        self._ledger = ledger
        self._refusals: dict[str, str] = {}
        """Why a provider is not probed now, as it was logged: once, and not every turn."""

    @activity.defn(name=contracts.PLAN_PROBES)
    async def plan_probes(self) -> contracts.ProbePlan:
        """Return the first model of each provider: the cheapest. An operator who holds a provider back holds probes."""
        providers = self._catalogue.providers()
        async with self._database.read() as uow:
            held = {row.provider for row in await uow.queues.held(list(providers))}
        return contracts.ProbePlan(probes=tuple(self._planned(name) for name in providers if name not in held))

    @activity.defn(name=contracts.PROBE)
    async def probe(self, probe: contracts.ProbeInput) -> contracts.ProbeResult:
        """Make one request, or none when it may not be paid for. What the vendor answers is never raised."""
        async with heartbeating():
            try:
                model = self._catalogue.get(probe.model)
            except UnknownModelError:
                return self._not_made(probe, f"{probe.model} is not among the models of this worker")
            opened = await self._open(probe, model)
            if isinstance(opened, str):
                return self._not_made(probe, opened)
            self._refusals.pop(probe.model, None)
            return await self._ask(probe, model, opened)

    def _planned(self, provider: str) -> contracts.ProbeInput:
        model = next(name for name in self._catalogue.names() if provider_of(name) == provider)
        return contracts.ProbeInput(model=model, request_seconds=self._catalogue.timeout(model).total_seconds())

    async def _open(self, probe: contracts.ProbeInput, model: LanguageModel) -> int | str:
        """Return the row of the request that may go out, or why none may."""
        bound = model.probe_bound()
        if bound is None:
            return f"{probe.model} has no known price, and a daily cap needs one: see PAGEWRIGHT_PRICE_OVERRIDES"
        opened = await whole(self._ledger.open(probe.model, bound))
        return opened.message if isinstance(opened, Failure) else opened

    async def _ask(self, probe: contracts.ProbeInput, model: LanguageModel, row: int) -> contracts.ProbeResult:
        try:
            end = await _answer(model)
        except asyncio.CancelledError:
            await whole(self._settle(row, Settlement(CallStatus.LOST)))
            message = "the worker stops; the next turn sees"
            raise ApplicationError(message, type="WORKER_SHUTDOWN") from None
        if not await whole(self._settle(row, end)):
            return contracts.ProbeResult(model=probe.model, message="a later turn took this one for lost")
        return _told(probe.model, end)

    async def _settle(self, row: int, end: Settlement) -> bool:
        return await settled(lambda: self._ledger.settle(row, end), row)

    def _not_made(self, probe: contracts.ProbeInput, reason: str) -> contracts.ProbeResult:
        if self._refusals.get(probe.model) != reason:
            self._refusals[probe.model] = reason
            log.warning("provider not probed", model=probe.model, reason=reason)
        return contracts.ProbeResult(model=probe.model, message=reason)


async def _answer(model: LanguageModel) -> Settlement:
    started = time.monotonic()
    try:
        response = await model.probe()
    except ModelRequestError as error:
        usage, latency = error.usage or Usage(), _since(started)
        return Settlement(CallStatus.FAILED, usage, error.cost, failure=error.failure, latency=latency)
    return Settlement(CallStatus.SUCCEEDED, response.usage, response.cost, latency=_since(started))


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)


def _told(model: ModelName, end: Settlement) -> contracts.ProbeResult:
    if end.failure is None:
        return contracts.ProbeResult(model=model, is_up=True)
    type_, message = end.failure.type, end.failure.message
    log.warning("probe failed", model=model, error_type=type_.value, reason=message)
    return contracts.ProbeResult(model=model, is_up=False, error_type=type_, message=message)

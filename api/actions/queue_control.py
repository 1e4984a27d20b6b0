"""Setting queues: their rows first, then Temporal. What could not reach Temporal, reconcile brings there."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from activities.queue import settle_rate
from api.guards.audit import Audit
from api.guards.auth import Caller
from api.problem import ProblemError, invalid_field, not_found, unavailable
from api.schemas.queue import QueueSetting
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from storage.audit import Details
from storage.queue import QueueRepository, QueueRow
from storage.unit_of_work import UnitOfWork

Change = Callable[[QueueRepository, str, datetime], Awaitable[QueueRow]]
"""Sets one provider's queue at a time."""


class QueueControl:
    """Holds queues back, lets them go on and limits them, for the whole installation. Each may be sent again."""

    def __init__(self, services: Services, caller: Caller, audit: Audit) -> None:
        """Set what `caller` asks for, and tell `audit` what changes."""
        self._services = services
        self._caller = caller
        self._audit = audit

    async def pause(self, provider: str | None, reason: str) -> tuple[QueueSetting, ...]:
        """Let no further request to a provider, or to any, begin. Raises ProblemError 422 or 503."""

        async def change(queues: QueueRepository, name: str, now: datetime) -> QueueRow:
            return await queues.pause(name, reason, self._caller.user, now)

        return await self._set(await self._named(provider), change)

    async def resume(self, provider: str | None) -> tuple[QueueSetting, ...]:
        """Let requests to a provider, or to all, begin again, at their limits. Raises ProblemError 422 or 503."""

        async def change(queues: QueueRepository, name: str, now: datetime) -> QueueRow:
            return await queues.resume(name, self._caller.user, now)

        return await self._set(await self._named(provider), change)

    async def limit(self, provider: str, calls_per_second: float | None) -> QueueSetting:
        """Set a provider's limit, or take it away with None. Raises ProblemError 404 or 503."""

        async def change(queues: QueueRepository, name: str, now: datetime) -> QueueRow:
            return await queues.limit(name, calls_per_second, self._caller.user, now)

        if provider not in await known_providers(self._services):
            raise not_found("queue", provider)
        (setting,) = await self._set([provider], change)
        return setting

    async def _named(self, provider: str | None) -> Sequence[str]:
        known = await known_providers(self._services)
        if provider is None:
            return known
        if provider not in known:
            message = f"there is no queue of {provider}; there are those of {', '.join(known)}"
            raise invalid_field("provider", message, "unknown_provider")
        return [provider]

    async def _set(self, providers: Sequence[str], change: Change) -> tuple[QueueSetting, ...]:
        async with self._services.database.write() as uow:
            before = await uow.queues.all()
            self._audit.change(before=_told(providers, before), target=", ".join(providers))
            now = self._services.clock()
            # In one order, so that two who set several queues at once do not wait for each other.
            after = {name: await change(uow.queues, name, now) for name in sorted(providers)}
            self._record(uow, _told(providers, after))
        return tuple([QueueSetting.of(name, await self._tell_temporal(name)) for name in providers])

    def _record(self, uow: UnitOfWork, after: Details) -> None:
        self._audit.change(after=after)
        self._audit.record_within(uow)

    async def _tell_temporal(self, provider: str) -> QueueRow | None:
        try:
            return await settle_rate(self._services.database, provider, self._services.temporal.set_rate)
        except (TemporalUnavailableError, GoneError):
            raise _stored_only(provider) from None


async def known_providers(services: Services) -> tuple[str, ...]:
    """Return whose queues there are: those of the settings, and those something was set for before."""
    async with services.database.read() as uow:
        rows = await uow.queues.all()
    return tuple(dict.fromkeys((*services.catalogue.providers(), *rows)))


def _stored_only(provider: str) -> ProblemError:
    detail = (
        f"the queue of {provider} is set, and Temporal does not know it yet because it does not answer; send the same "
        "again, or leave it to reconcile"
    )
    return unavailable("temporal_unavailable", detail)


def _told(providers: Sequence[str], rows: dict[str, QueueRow]) -> Details:
    """Return what an audit record says of some queues."""
    told: Details = {}
    for name in providers:
        row = rows.get(name)
        told[name] = {
            "paused": row is not None and row.paused,
            "reason": None if row is None else row.reason,
            "callsPerSecond": None if row is None else row.calls_per_second,
        }
    return told

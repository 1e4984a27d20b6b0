"""How long a round took to its stored version, without the time it was held: what a maker has waited for the work."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from domain.event import Event, EventType
from domain.ids import JobId
from domain.queue import Span, overlap
from domain.route import provider_of
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork

_TOLD: Final = (EventType.STARTED, EventType.PAUSED, EventType.RESUMED)


async def page_time(uow: UnitOfWork, job: JobRow, now: datetime) -> timedelta:
    """Return the time from the submit, or from the start of a later round, to `now`.

    What the job was paused, or a queue of its route held back, is left out.
    """
    events = await uow.events.of_types(JobId(job.id), _TOLD)
    whole = Span(since=_begin(job, events), until=now)
    held = [*_pauses(events, now if job.paused else None), *await _queue_pauses(uow, job, whole)]
    return max(whole.until - whole.since - overlap([whole], held), timedelta(0))  # clocks of machines differ


def _begin(job: JobRow, events: Iterable[Event]) -> datetime:
    started = [event.at for event in events if event.type is EventType.STARTED]
    return started[-1] if job.round > 1 and started else job.created_at


def _pauses(events: Iterable[Event], until: datetime | None) -> list[Span]:
    """Return when a job was paused; one that is paused still, until then.

    Without `until` it is not: a pause that nobody ended went with its round, and says nothing of the next one.
    """
    pauses: list[Span] = []
    since: datetime | None = None
    for event in events:
        if event.type is EventType.PAUSED:
            since = event.at
        elif event.type is EventType.RESUMED and since is not None:
            pauses.append(Span(since=since, until=event.at))
            since = None
    return pauses if since is None or until is None else [*pauses, Span(since=since, until=until)]


async def _queue_pauses(uow: UnitOfWork, job: JobRow, whole: Span) -> list[Span]:
    providers = [provider_of(model) for model in job.options.route]
    over = await uow.queues.pauses_since(providers, whole.since)
    held = await uow.queues.held(providers)
    spans = [Span(since=pause.paused_at, until=pause.resumed_at) for pause in over]
    return [*spans, *(Span(since=row.paused_at or whole.until, until=whole.until) for row in held)]

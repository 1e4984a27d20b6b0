"""Queues over HTTP."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.envelope import Command, NoNul, Number
from domain.model import Document
from domain.queue import CallsPerSecond
from storage.queue import QueueRow
from workflows.contracts import PAGES_QUEUE, llm_queue
from workflows.queues import QueueState

Provider = Annotated[
    str | None, Field(max_length=64, description="Only the queue of this provider; without it, those of all.")
]


class PauseQueueRequest(Command):
    """Which queues are held back, and why."""

    provider: Provider = None
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        NoNul,
        Field(description="Why; shown wherever the queue is, in Temporal too."),
    ]


class ResumeQueueRequest(Command):
    """Which queues go on."""

    provider: Provider = None


class QueueLimitsRequest(Command):
    """How fast a queue is handed out."""

    calls_per_second: Annotated[
        CallsPerSecond | None,
        Field(description="Model requests a second over all workers; null for what the workers are set to."),
        Number,
    ]


class QueueSetting(Document):
    """What operators have set for a queue."""

    name: str
    provider: str | None = Field(description="Whose requests run on it; null for `pages`, which cannot be held back.")
    paused: bool = False
    reason: str | None = None
    paused_by: str | None = None
    paused_at: datetime | None = None
    calls_per_second: float | None = Field(
        default=None, description="The limit an operator has set; null where the workers' own setting holds."
    )

    @classmethod
    def of(cls, provider: str | None, row: QueueRow | None) -> "QueueSetting":
        """Return a queue by what is stored of it."""
        name = PAGES_QUEUE if provider is None else llm_queue(provider)
        if row is None:
            return QueueSetting(name=name, provider=provider)
        return QueueSetting(
            name=name,
            provider=provider,
            paused=row.paused,
            reason=row.reason,
            paused_by=row.paused_by,
            paused_at=row.paused_at,
            calls_per_second=row.calls_per_second,
        )


class Queue(QueueSetting):
    """A queue and where it stands. It serves all tenants: only the owner's is told what waits and who polls."""

    backlog: int | None = Field(
        description="Temporal's estimate of the tasks that wait for a worker, too high for a while after it was "
        "started again; null while it does not answer."
    )
    oldest_age_seconds: float | None = Field(description="How long the oldest of them has waited; null without one.")
    pollers: int | None = Field(description="Worker processes that asked lately; null while Temporal does not answer.")
    effective_calls_per_second: float | None = Field(
        description="What Temporal holds the queue to now, 0 while it is paused; null where nothing limits it."
    )
    limited_by: str | None = Field(description="Whose limit that is: `operator` or `worker`.")
    running_calls: int | None = Field(
        description="Model requests in flight, of all tenants for the owner's; null for `pages`, which makes none."
    )

    @classmethod
    def at(cls, setting: QueueSetting, state: QueueState | None, running_calls: int | None) -> "Queue":
        """Return a queue as it stands; None is the state of one that nobody could ask about."""
        oldest = None if state is None or state.oldest is None else round(state.oldest.total_seconds(), 3)
        return Queue(
            **dict(setting),
            backlog=None if state is None else state.backlog,
            oldest_age_seconds=oldest,
            pollers=None if state is None else state.pollers,
            effective_calls_per_second=None if state is None else state.rate,
            limited_by=None if state is None else state.limited_by,
            running_calls=running_calls,
        )


class JobCounts(Document):
    """How many of the caller's jobs have a status."""

    waiting: int = 0
    active: int = 0
    delayed: int = 0
    paused: int = 0
    completed: int = 0
    failed: int = 0


class QueueList(Document):
    """Every queue of the installation, and the caller's jobs by status."""

    queues: tuple[Queue, ...]
    jobs: JobCounts


class QueueSettings(Document):
    """Queues that were set."""

    queues: tuple[QueueSetting, ...]

"""A batch: many lines of work done one by one at a bounded pace: briefs to submit, dead letters to retry or discard."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import Field

from domain.brief import Brief
from domain.dead_letter import RetryNeed
from domain.job import JobOptions
from domain.model import Document
from domain.money import NanoUsd
from domain.route import ModelName, Route

LARGEST_BATCH: Final = 10_000
"""Lines of a batch that is sent in."""


class BatchKind(StrEnum):
    """What is done with each line."""

    SUBMIT = "submit"
    RETRY = "retry"
    DISCARD = "discard"


class BatchStatus(StrEnum):
    """Where a batch stands."""

    RECEIVING = "receiving"
    """Its lines are still being sent."""
    WAITING = "waiting"
    """Stored; its workflow has not begun."""
    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    """No further line begins; those that run come to their ends."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether anything of the batch may still happen."""
        return self not in _CLOSED


_CLOSED: Final = frozenset({BatchStatus.COMPLETED, BatchStatus.CANCELLED})


class ItemStatus(StrEnum):
    """Where one line of a batch stands."""

    INVALID = "invalid"
    """Refused when it was sent; nothing is done about it."""
    PENDING = "pending"
    STARTING = "starting"
    """Its start is under way, or was when a worker died; it is driven again under the same id."""
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    """Nothing was left to do: the dead letter had been closed meanwhile, or the job was erased."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing will change about the line any more."""
        return self not in _UNSETTLED


_UNSETTLED: Final = frozenset({ItemStatus.PENDING, ItemStatus.STARTING, ItemStatus.RUNNING})


class Line(Document):
    """What one line asks for, with everything checked. Kept until its job is stored."""

    brief: Brief
    language: str
    options: JobOptions


class LineProblem(Document):
    """What is wrong with one line, in the words of the refusal of a single request."""

    field: str
    message: str


class Change(Document):
    """What a batch of retries changes about each round."""

    route: Route | None = None
    request_seconds: Mapping[ModelName, float] = Field(default_factory=dict[ModelName, float])
    max_cost: NanoUsd | None = None


class LeftOut(Document):
    """What a retry or discard of many dead letters leaves out."""

    skipped: Mapping[RetryNeed, int] = Field(default_factory=dict[RetryNeed, int])
    """Open dead letters that meet the filter, and need what the retry does not give; by what they need."""
    not_found: tuple[str, ...] = ()
    """Ids that name no open dead letter, nor a job that has one."""


class BatchReport(Document):
    """What came of a batch."""

    counts: Mapping[ItemStatus, int] = Field(default_factory=dict[ItemStatus, int])
    """Lines by status; a status no line has is not named."""
    failures: Mapping[str, int] = Field(default_factory=dict[str, int])
    """Failed lines by error type."""
    cost: NanoUsd = NanoUsd(0)
    """Of the rounds the batch started."""

"""A job: one piece of generation work on a page. Its id is also the id of its workflow."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from domain.errors import ErrorType
from domain.model import Document
from domain.money import NanoUsd
from domain.page import Theme
from domain.route import Route
from domain.step import StepStatus
from domain.tries import DEFAULT_TRIES


class JobKind(StrEnum):
    """What a job does to its page."""

    GENERATE = "generate"
    REVISE = "revise"


class JobStatus(StrEnum):
    """Where a job stands."""

    SUBMITTING = "submitting"
    REFUSED = "refused"
    WAITING = "waiting"
    ACTIVE = "active"
    DELAYED = "delayed"
    PAUSED = "paused"
    REVIEW = "review"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the job may still change its page without anybody asking again."""
        return self not in CLOSED


CLOSED: Final = frozenset({JobStatus.REFUSED, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})
"""Where a job stays until somebody asks again."""


def status_of_round(steps: Sequence[StepStatus], *, paused: bool, has_called: bool) -> JobStatus:
    """Return where an open round stands, from where its steps stand.

    `has_called` is whether any request was ever made for the job. A round is delayed while every unfinished step backs
    off.
    """
    if paused:
        return JobStatus.PAUSED
    if not has_called:
        return JobStatus.WAITING
    unfinished = [step for step in steps if step is not StepStatus.DONE]
    if unfinished and all(step is StepStatus.DELAYED for step in unfinished):
        return JobStatus.DELAYED
    return JobStatus.ACTIVE


class JobOutcome(StrEnum):
    """How a completed job that was reviewed ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class JobPriority(StrEnum):
    """Which waiting jobs go first. Jobs of one priority take turns by tenant."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class SandboxFaults(Document):
    """Faults the sandbox model is asked to show: for demonstrations, load and chaos."""

    latency_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    error_rates: dict[ErrorType, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict[ErrorType, float])
    """Share of requests that fail, by type; together at most 1."""
    invalid_rate: Annotated[float, Field(ge=0, le=1)] = 0
    """Share of requests answered with an unusable output."""


class JobOptions(Document):
    """How a job is done."""

    route: Route
    tries: Annotated[int, Field(ge=1, le=10)] = DEFAULT_TRIES
    """Tries on each model of the route."""
    seed: int = 0
    """The same brief and seed give the same page from the sandbox model."""
    theme: Theme = Theme.STUDIO
    max_cost: NanoUsd
    """Passing it is COST_LIMIT."""
    priority: JobPriority = JobPriority.NORMAL
    sandbox: SandboxFaults = SandboxFaults()

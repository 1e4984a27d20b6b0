"""Events: the append-only story of a job, numbered from 1, told to whoever watches it."""

from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from domain.ids import JobId
from domain.model import Document


class EventType(StrEnum):
    """What happened."""

    SUBMITTED = "submitted"
    STARTED = "started"
    """A round began."""
    CALL_STARTED = "call.started"
    CALL_SETTLED = "call.settled"
    STEP_DELAYED = "step.delayed"
    STEP_DONE = "step.done"
    STEP_FAILED = "step.failed"
    PAUSED = "paused"
    RESUMED = "resumed"
    VERSION_STORED = "version.stored"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    END = "end"
    """Nothing follows until somebody retries the job."""


class Event(Document):
    """One entry of a job's story."""

    job_id: JobId
    seq: int
    type: EventType
    at: datetime
    data: dict[str, JsonValue]

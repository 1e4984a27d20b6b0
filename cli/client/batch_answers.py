"""What the API says of batches, as far as the command line shows it."""

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from domain.model import Document


class Problem(Document):
    """What is wrong with a line."""

    field: str
    message: str


class Item(Document):
    """One line of a batch."""

    line: int
    status: str
    job_id: str | None = None
    dlq_job_id: str | None = None
    problems: tuple[Problem, ...] = ()
    error_type: str | None = None
    error_message: str | None = None
    cost_usd: Decimal | None = None


class Batch(Document):
    """A batch and its progress."""

    id: str
    kind: str
    status: str
    total: int
    settled: int
    counts: dict[str, int] = Field(default_factory=dict[str, int])
    cost_usd: Decimal | None = None
    failures: dict[str, int] = Field(default_factory=dict[str, int])
    per_second: float | None = None
    in_flight: int | None = None
    reason: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    problems: tuple[Item, ...] = ()


class Batches(Document):
    """A list of batches."""

    batches: tuple[Batch, ...]
    next_cursor: str | None = None


class Items(Document):
    """A list of lines."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


class Selection(Document):
    """What a retry or discard in bulk would come to."""

    count: int
    can_retry: int
    spent_usd: Decimal
    retry_estimate_usd: Decimal
    without_estimate: int = 0
    by_error_type: dict[str, int] = Field(default_factory=dict[str, int])
    skipped: dict[str, int] = Field(default_factory=dict[str, int])
    not_found: tuple[str, ...] = ()

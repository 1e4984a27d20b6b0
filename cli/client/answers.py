"""The API's answers as far as the command line reads them.

The command line may be older or newer than the API it talks to: unknown fields are ignored and words stay words.
"""

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import Field, JsonValue, ValidationError

from cli.errors import UserError
from domain.model import Document

T = TypeVar("T", bound=Document)


class Step(Document):
    """One step of a job's round."""

    step: str
    type: str | None = None
    heading: str | None = None
    status: str
    model: str | None = None
    try_number: int | None = Field(default=None, alias="try")
    error_type: str | None = None
    message: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal | None = None
    calls: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Call(Document):
    """One request to one model."""

    round: int
    step: str
    model: str
    try_number: int = Field(alias="try")
    request: int
    status: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal | None = None
    charged_usd: Decimal = Decimal(0)
    latency_ms: int | None = None
    error_type: str | None = None
    message: str | None = None
    started_at: datetime | None = None
    settled_at: datetime | None = None


class JobEstimate(Document):
    """What a job was thought to cost when it was submitted."""

    basis: str = ""
    samples: int = 0
    low_usd: Decimal | None = None
    expected_usd: Decimal | None = None
    high_usd: Decimal | None = None


class ReceiptEstimate(JobEstimate):
    """The estimate beside what came of it."""

    difference_usd: Decimal | None = None
    within_range: bool | None = None


class Receipt(Document):
    """What a job cost. `cost_usd` leaves out calls nobody knows the cost of; they are counted."""

    calls: int = 0
    retries: int = 0
    rounds: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    charged_usd: Decimal = Decimal(0)
    unknown_cost_calls: int = 0
    duration_ms: int | None = None
    estimate: ReceiptEstimate | None = None


class Links(Document):
    """Where more of a job is to be found."""

    page: str | None = None
    html: str | None = None
    temporal: str | None = None


class HeldBy(Document):
    """A paused queue that a job waits for."""

    queue: str
    provider: str | None = None
    reason: str | None = None
    by: str | None = None
    since: datetime | None = None


class Job(Document):
    """A job; `steps`, `calls` and `receipt` only when it was asked for alone."""

    id: str
    page_id: str
    kind: str = "generate"
    status: str
    outcome: str | None = None
    round: int = 1
    cancel_requested: bool = False
    paused: bool = False
    held_by: HeldBy | None = None
    route: tuple[str, ...] = ()
    tries: int | None = None
    priority: str | None = None
    max_cost_usd: Decimal | None = None
    cost_usd: Decimal | None = None
    charged_usd: Decimal | None = None
    estimate: JobEstimate | None = None
    error_type: str | None = None
    error_message: str | None = None
    provider: str | None = None
    model: str | None = None
    ai: bool = True
    version: int | None = None
    dead_letter_id: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    links: Links = Links()
    steps: tuple[Step, ...] = ()
    calls: tuple[Call, ...] = ()
    receipt: Receipt | None = None


class Jobs(Document):
    """One page of a list of jobs."""

    jobs: tuple[Job, ...]
    next_cursor: str | None = None


class ProcessingTime(Document):
    """Percentiles in milliseconds."""

    p50: int | None = None
    p95: int | None = None
    p99: int | None = None


class Retries(Document):
    """What was tried again."""

    requests: int = 0
    rounds: int = 0


class ErrorCount(Document):
    """How often an error type occurred."""

    requests: int = 0
    jobs: int = 0


class JobMetrics(Document):
    """How the last hours went; rates are percentages."""

    hours: int
    by_status: dict[str, int] = Field(default_factory=dict[str, int])
    success_rate: float | None = None
    processing_time_ms: ProcessingTime = ProcessingTime()
    throughput_per_hour: float = 0
    retries: Retries = Retries()
    errors_by_type: dict[str, ErrorCount] = Field(default_factory=dict[str, ErrorCount])
    validation_pass_rate: float | None = None


class EndedJob(Document):
    """A job that has ended."""

    id: str
    status: str
    user: str | None = None
    model: str | None = None
    error_type: str | None = None
    cost_usd: Decimal | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    links: Links = Links()


class JobHistory(Document):
    """One page of a list of jobs that have ended."""

    jobs: tuple[EndedJob, ...]
    next_cursor: str | None = None


class DeadLetter(Document):
    """A failed round held for somebody to decide."""

    dlq_job_id: str
    job_id: str
    page_id: str
    round: int
    status: str
    can_retry: bool = False
    retry_needs: str | None = None
    retry_cap_usd: Decimal | None = None
    error_type: str | None = None
    message: str | None = None
    step: str | None = None
    provider: str | None = None
    model: str | None = None
    attempts: int = 0
    finished_sections: int = 0
    planned_sections: int | None = None
    spent_usd: Decimal | None = None
    retry_estimate_usd: Decimal | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str | None = None
    links: Links = Links()


class DeadLetters(Document):
    """One page of a list of dead letters."""

    entries: tuple[DeadLetter, ...]
    next_cursor: str | None = None


class LetterStatistics(Document):
    """The open dead letters in numbers."""

    total: int
    retryable: int = 0
    by_error_type: dict[str, int] = Field(default_factory=dict[str, int])
    by_provider: dict[str, int] = Field(default_factory=dict[str, int])
    by_model: dict[str, int] = Field(default_factory=dict[str, int])
    by_date: dict[str, int] = Field(default_factory=dict[str, int])
    spent_usd: Decimal | None = None
    retry_estimate_usd: Decimal | None = None
    unknown_estimates: int = 0


class Round(Document):
    """The round a retry started."""

    job_id: str
    round: int


class Model(Document):
    """One model of the API's allow-list."""

    name: str
    ai: bool = True


class Models(Document):
    """The allow-list, and the route of a job that names none."""

    models: tuple[Model, ...]
    default_route: tuple[str, ...]


class Queue(Document):
    """A queue as it is set, and where it stands when the queues were listed."""

    name: str
    provider: str | None = None
    paused: bool = False
    reason: str | None = None
    paused_by: str | None = None
    paused_at: datetime | None = None
    calls_per_second: float | None = None
    effective_calls_per_second: float | None = None
    backlog: int | None = None
    oldest_age_seconds: float | None = None
    pollers: int | None = None
    running_calls: int | None = None


class JobCounts(Document):
    """How many jobs have each status."""

    waiting: int = 0
    active: int = 0
    delayed: int = 0
    paused: int = 0
    completed: int = 0
    failed: int = 0


class Queues(Document):
    """Queues, and the jobs beside them when the queues were listed."""

    queues: tuple[Queue, ...]
    jobs: JobCounts = JobCounts()


class Cleared(Document):
    """What housekeeping took away, and what it left."""

    removed: int
    left: int = 0
    held: int = 0


def read(kind: type[T], answer: JsonValue) -> T:
    """Return an answer as `kind`. Raises UserError when the API is of another make than this command line."""
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"The API's answer is not what this version of pagewright understands: {place}: {first['msg']}."
        raise UserError(message, "Run the command line and the API in the same version.") from error

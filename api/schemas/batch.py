"""Batches over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator

from api.schemas.envelope import Command, Flag, Listing, NoNul, Number, Usd, dollars
from api.schemas.job import RetryJobRequest
from api.schemas.moment import Moment
from api.schemas.options import TWO_WAYS
from domain.batch import LARGEST_BATCH, BatchKind, BatchReport, BatchStatus, ItemStatus, LeftOut, LineProblem
from domain.dead_letter import RetryNeed
from domain.errors import ErrorType
from domain.ids import BatchId, DeadLetterId, JobId
from domain.model import Document
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow
from storage.letter_selection import SelectionSum

PerSecond = Annotated[float, Field(ge=0.1, le=1000)]
InFlight = Annotated[int, Field(ge=1, le=10_000)]
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,80}$")]
_Provider = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class Pace(Command):
    """How fast a batch goes."""

    per_second: Annotated[PerSecond | None, Field(description="Lines begun a second, at most."), Number] = None
    in_flight: Annotated[InFlight | None, Field(description="Lines that may run at once."), Number] = None


_SAYS_WHICH: Final[list[JsonValue]] = [
    {"required": ["all"], "properties": {"all": {"const": True}}},
    {"required": ["errorType"], "properties": {"errorType": {"type": "string"}}},
    {"required": ["provider"], "properties": {"provider": {"type": "string"}}},
    {"required": ["since"], "properties": {"since": {"type": "string"}}},
    {"required": ["ids"], "properties": {"ids": {"type": "array"}}},
]


class LetterFilter(Command):
    """Which open dead letters are meant: those that meet every condition; `all` says that none is one too."""

    model_config = ConfigDict(json_schema_extra={"anyOf": _SAYS_WHICH})

    error_type: ErrorType | None = None
    provider: _Provider | None = None
    since: Annotated[Moment | None, Field(description="Only those that failed at this time or later.")] = None
    ids: Annotated[
        tuple[_Name, ...] | None,
        Field(min_length=1, max_length=LARGEST_BATCH, description="Ids of dead letters, or of their jobs."),
    ] = None
    all: Flag = False
    dry_run: Annotated[Flag, Field(description="Only say what it would come to.")] = False

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not self.all and all(part is None for part in (self.error_type, self.provider, self.since, self.ids)):
            message = "say which: errorType, provider, since or ids; or all"
            raise ValueError(message)
        return self


class BulkRetryRequest(LetterFilter, RetryJobRequest, Pace):
    """Retry many dead letters. Those that cannot end better need another route, a higher cap or `force`."""

    model_config = ConfigDict(json_schema_extra={"anyOf": _SAYS_WHICH, "not": TWO_WAYS})


class BulkDiscardRequest(LetterFilter, Pace):
    """Give many dead letters up."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), NoNul] = ""


class BatchCancelRequest(Command):
    """How a batch ends."""

    running: Annotated[
        Flag, Field(description="Cancel the jobs that run, too; without it they come to their ends.")
    ] = False


_SKIPPED = Field(
    default_factory=dict[RetryNeed, int],
    description="Open dead letters that meet the filter and are left out, by what a retry of them needs: `higher_cap`, "
    "`next_day` or `other_route`. Give a higher maxCostUsd, another route or `force` to take them, too.",
)
_NOT_FOUND = Field(
    default=(), description="Of `ids`, those that name no open dead letter and no job with one; at most 100."
)


class Selection(Document):
    """What a retry or discard in bulk would come to."""

    dry_run: bool = True
    count: int
    can_retry: int = Field(description="Of these, those that the same route may mend.")
    spent_usd: Usd
    retry_estimate_usd: Usd = Field(description="What the retries cost at most, one request a step.")
    without_estimate: int = Field(description="Dead letters whose estimate is unknown; not in the sum.")
    by_error_type: dict[str, int]
    skipped: dict[RetryNeed, int] = _SKIPPED
    not_found: tuple[str, ...] = _NOT_FOUND

    @classmethod
    def of(cls, total: SelectionSum, left_out: LeftOut) -> "Selection":
        """Return a sum, and what is not in it."""
        return cls(
            count=total.count,
            can_retry=total.can_retry,
            spent_usd=dollars(total.spent),
            retry_estimate_usd=dollars(total.retry_estimate),
            without_estimate=total.without_estimate,
            by_error_type=total.by_error_type,
            skipped=dict(left_out.skipped),
            not_found=left_out.not_found,
        )


class BatchLinks(Document):
    """Where more of a batch is to be found."""

    self: str
    items: str
    temporal: str


class BatchCounts(Document):
    """Lines by status."""

    invalid: int = 0
    pending: int = 0
    starting: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    skipped: int = 0

    @classmethod
    def of(cls, counts: Mapping[ItemStatus, int]) -> "BatchCounts":
        """Return counts."""
        return cls(**{status.value: count for status, count in counts.items()})


class Batch(Document):
    """A batch and its progress. `settled` lines of `total` need nothing more."""

    id: BatchId
    kind: BatchKind
    status: BatchStatus
    total: int
    settled: int
    counts: BatchCounts
    cost_usd: Usd = Field(description="Of the rounds the batch started, so far.")
    failures: dict[str, int] = Field(description="Failed lines by error type.")
    per_second: float
    in_flight: int | None
    reason: str | None
    skipped: dict[RetryNeed, int] = _SKIPPED
    not_found: tuple[str, ...] = _NOT_FOUND
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    links: BatchLinks

    @classmethod
    def of(cls, row: BatchRow, report: BatchReport, links: BatchLinks) -> "Batch":
        """Return a stored batch with what has come of it so far."""
        left_out = row.left_out or LeftOut()
        return cls(
            id=BatchId(row.id),
            kind=row.kind,
            status=row.status,
            total=row.total,
            settled=sum(count for status, count in report.counts.items() if status.is_settled),
            counts=BatchCounts.of(report.counts),
            cost_usd=dollars(report.cost),
            failures=dict(report.failures),
            per_second=row.per_second,
            in_flight=row.in_flight,
            reason=row.reason,
            skipped=dict(left_out.skipped),
            not_found=left_out.not_found,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            updated_at=row.updated_at,
            links=links,
        )


class BatchItem(Document):
    """One line of a batch."""

    line: int
    status: ItemStatus
    job_id: JobId | None
    dlq_job_id: DeadLetterId | None
    round: int
    problems: tuple[LineProblem, ...]
    attempts: int = Field(description="Times its start was tried.")
    error_type: str | None
    error_message: str | None
    cost_usd: Usd
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: BatchItemRow) -> "BatchItem":
        """Return a stored line."""
        return cls(
            line=row.number,
            status=row.status,
            job_id=None if row.job_id is None else JobId(row.job_id),
            dlq_job_id=None if row.letter_id is None else DeadLetterId(row.letter_id),
            round=row.round,
            problems=row.problems,
            attempts=row.attempts,
            error_type=row.error_type,
            error_message=row.error_message,
            cost_usd=dollars(row.cost),
            started_at=row.started_at,
            finished_at=row.finished_at,
        )


class ReceivedBatch(Batch):
    """A batch that was just taken in, with the first of its lines that were refused."""

    problems: tuple[BatchItem, ...] = Field(description="At most 100; `links.items` with `status=invalid` has all.")

    @classmethod
    def with_problems(cls, batch: Batch, rows: Sequence[BatchItemRow]) -> "ReceivedBatch":
        """Return a batch with its refused lines."""
        return cls(**dict(batch), problems=tuple(BatchItem.of(row) for row in rows))


class BatchList(Listing):
    """Batches, newest first."""

    batches: tuple[Batch, ...]


class BatchItemList(Listing):
    """Lines of a batch, in their order."""

    items: tuple[BatchItem, ...]

"""Jobs that have ended, over HTTP."""

from datetime import datetime
from enum import StrEnum

from api.schemas.envelope import Listing, Usd, dollars
from api.schemas.job import JobLinks
from domain.errors import ErrorType
from domain.ids import JobId, PageId, UserId
from domain.job import JobKind, JobOutcome, JobStatus
from domain.model import Document
from domain.route import ModelName
from storage.job import JobRow


class EndedStatus(StrEnum):
    """How a job ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"

    @property
    def status(self) -> JobStatus:
        """The same as a job's status."""
        return JobStatus(self.value)


class EndedJob(Document):
    """A job that has ended: what came of it, for whom, by which model, at what cost."""

    id: JobId
    page_id: PageId
    kind: JobKind
    status: JobStatus
    outcome: JobOutcome | None
    user: UserId
    round: int
    version: int | None
    provider: str | None
    model: ModelName | None
    error_type: ErrorType | None
    error_message: str | None
    cost_usd: Usd
    charged_usd: Usd
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: JobLinks

    @classmethod
    def of(cls, row: JobRow, links: JobLinks) -> "EndedJob":
        """Return a stored job."""
        return cls(
            id=JobId(row.id),
            page_id=PageId(row.page_id),
            kind=row.kind,
            status=row.status,
            outcome=row.outcome,
            user=UserId(row.owner),
            round=row.round,
            version=row.version,
            provider=row.provider,
            model=row.model,
            error_type=row.error_type,
            error_message=row.error_message,
            cost_usd=dollars(row.cost),
            charged_usd=dollars(row.charged),
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            links=links,
        )


class JobHistory(Listing):
    """Jobs that have ended, the last to end first."""

    jobs: tuple[EndedJob, ...]

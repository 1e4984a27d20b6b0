"""Dead letters over HTTP."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.envelope import Command, Listing, NoNul, Usd, dollars, dollars_or_unknown
from domain.dead_letter import DeadLetterStatus, RetryNeed, retry_need
from domain.errors import ErrorType
from domain.ids import DeadLetterId, JobId, PageId
from domain.model import Document
from domain.money import NanoUsd, usd_ceiling
from domain.route import ModelName
from storage.dead_letter import DeadLetterRow


class LetterFilter(StrEnum):
    """Which dead letters a list shows."""

    OPEN = "open"
    RETRIED = "retried"
    DISCARDED = "discarded"
    ALL = "all"

    @property
    def status(self) -> DeadLetterStatus | None:
        """The one status shown; None for all."""
        return None if self is LetterFilter.ALL else DeadLetterStatus(self.value)


class DiscardRequest(Command):
    """Why a failed round is given up."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), NoNul] = ""


class DeadLetterLinks(Document):
    """Where more of a dead letter is to be found, and what can be done about it."""

    self: str
    job: str
    page: str
    retry: str
    discard: str
    temporal: str


class DeadLetter(Document):
    """A failed round, held with what it cost."""

    dlq_job_id: DeadLetterId
    job_id: JobId
    page_id: PageId
    round: int
    status: DeadLetterStatus
    can_retry: bool
    """Whether the same route may succeed later; otherwise a retry changes something, or is forced."""
    retry_needs: RetryNeed | None = Field(
        description="What a retry needs: `higher_cap`, another day (`next_day`) or `other_route`; null for nothing."
    )
    retry_cap_usd: Usd | None = Field(
        description="With `higher_cap`: a maxCostUsd that lets the retry go on, enough for one request a step where "
        "that is no more than any job may be given; null when nobody can tell."
    )
    error_type: ErrorType
    message: str | None
    step: str | None
    provider: str | None
    model: ModelName | None
    attempts: int = Field(description="Vendor requests of the round.")
    finished_sections: int
    planned_sections: int | None
    spent_usd: Usd
    retry_estimate_usd: Usd | None = Field(
        description="What a retry costs at most, one request a step: the bounds of the unfinished sections, or the "
        "high end of the job's estimate while it has no outline. Null where a model of the route has no price."
    )
    created_at: datetime
    closed_at: datetime | None
    reason: str | None
    links: DeadLetterLinks

    @classmethod
    def of(cls, row: DeadLetterRow, highest_cap: Decimal, links: DeadLetterLinks) -> "DeadLetter":
        """Return a stored dead letter; no job may be given a cap above `highest_cap`."""
        need = None if row.can_retry else retry_need(row.error_type, row.error_message)
        return cls(
            dlq_job_id=DeadLetterId(row.id),
            job_id=JobId(row.job_id),
            page_id=PageId(row.page_id),
            round=row.round,
            status=row.status,
            can_retry=row.can_retry,
            retry_needs=need,
            retry_cap_usd=_enough(row, highest_cap) if need is RetryNeed.HIGHER_CAP else None,
            error_type=row.error_type,
            message=row.error_message,
            step=row.step,
            provider=row.provider,
            model=row.model,
            attempts=row.attempts,
            finished_sections=row.finished_sections,
            planned_sections=row.planned_sections,
            spent_usd=dollars(row.spent),
            retry_estimate_usd=dollars_or_unknown(row.retry_estimate),
            created_at=row.created_at,
            closed_at=row.closed_at,
            reason=row.reason,
            links=links,
        )


def _enough(row: DeadLetterRow, highest_cap: Decimal) -> Decimal | None:
    if row.retry_estimate is None:
        return None
    return min(usd_ceiling(NanoUsd(row.spent + row.retry_estimate)), highest_cap)


class DeadLetterList(Listing):
    """Dead letters, newest first."""

    entries: tuple[DeadLetter, ...]


class Retried(Document):
    """The round a retry started."""

    job_id: JobId
    round: int

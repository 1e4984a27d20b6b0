"""What a round of a job is told, and what its activities are told and answer."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field

from domain.blocks import Section
from domain.brief import Brief
from domain.errors import ErrorType
from domain.ids import JobId, PageId, TenantId, UserId
from domain.job import JobKind, JobOptions
from domain.model import Document
from domain.money import NanoUsd
from domain.outline import Outline
from domain.queue import Span
from domain.revision import Revision
from domain.route import ModelName, provider_of


class PageInput(Document):
    """One round of a job: enough to make the page, and to rebuild the job's row after an older database was restored.

    What `outline` and `sections` already hold is not generated again: revise, retry and resume are the same mechanism.
    """

    tenant: TenantId
    owner: UserId
    page_id: PageId
    job_id: JobId
    kind: JobKind = JobKind.GENERATE
    round: int = 1
    brief: Brief
    language: str
    options: JobOptions
    request_seconds: Mapping[ModelName, float] = Field(default_factory=dict[ModelName, float])
    """Longest time of one request to a model; 15 s where it is not named."""
    deadline: timedelta = timedelta(hours=24)
    revision: Revision | None = None
    outline: Outline | None = None
    sections: Mapping[int, Section] = Field(default_factory=dict[int, Section])


class PageResult(Document):
    """The version a job made."""

    page_id: PageId
    version: int
    slug: str
    sha256: str
    cost: NanoUsd
    provider: str | None = None


class RoundRef(Document):
    """One round of one job."""

    job_id: JobId
    round: int


class BeginInput(Document):
    """What the first activity of a round is told."""

    page: PageInput


class BeginResult(Document):
    """Whether the round goes on: a job whose submit was refused does not."""

    proceed: bool


class StepInput(Document):
    """One step on one model of the route."""

    tenant: TenantId
    job_id: JobId
    page_id: PageId
    round: int
    step: str
    model: ModelName
    is_last_model: bool
    """Whether the route ends here: then a failure is the step's."""
    request_seconds: float
    outline: Outline | None = None
    revision: Revision | None = None


class OutlineResult(Document):
    """What `write_outline` returns."""

    outline: Outline


class SectionResult(Document):
    """What `write_section` returns."""

    section: Section


class StepFailure(Document):
    """Why a step ended without a result."""

    type: ErrorType
    message: str
    step: str | None = None
    model: ModelName | None = None

    @property
    def provider(self) -> str | None:
        """The failing model's provider."""
        return None if self.model is None else provider_of(self.model)


class FinishInput(Document):
    """Everything a version is assembled from, sections in the outline's order."""

    page: PageInput
    outline: Outline
    sections: tuple[Section, ...]


class Totals(Document):
    """What a job has cost so far."""

    cost: NanoUsd
    charged: NanoUsd


class HeldTimeInput(Document):
    """Spans of a round's time, at least one, and the providers of its route."""

    providers: tuple[str, ...]
    spans: tuple[Span, ...]


class HeldTime(Document):
    """For how long of some spans a queue was held by its operator, and whether one is now."""

    time: timedelta
    is_held: bool

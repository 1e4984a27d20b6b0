"""Jobs over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator, Field, JsonValue, Tag

from api.schemas.envelope import Flag, Listing, Usd, dollars, dollars_or_unknown
from api.schemas.options import GenerationOptions, RouteOptions
from domain.blocks import BlockType
from domain.call import CallStatus
from domain.errors import ErrorType
from domain.estimate import Basis, Estimate
from domain.ids import DeadLetterId, JobId, PageId, dead_letter_id
from domain.job import JobKind, JobOutcome, JobPriority, JobStatus
from domain.model import Document
from domain.money import NanoUsd
from domain.page import Theme
from domain.route import SANDBOX_PROVIDER, ModelName, provider_of
from domain.step import StepStatus
from storage.call import CallRow
from storage.job import JobRow
from storage.queue import QueueRow
from storage.step import StepRow
from workflows.contracts import llm_queue


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "text"
    return "object" if isinstance(value, dict) else None


BriefSource = Annotated[
    Annotated[str, Tag("text")] | Annotated[dict[str, JsonValue], Tag("object")],
    Discriminator(
        _shape,
        custom_error_type="brief_type",
        custom_error_message="the brief is a text (plain, Markdown with front matter, or JSON) or an object",
    ),
]
"""A brief as it comes: told apart here, so that an error names the field and not the union's member."""


class SubmitRequest(GenerationOptions):
    """What `POST /api/ai/jobs` takes."""

    brief: BriefSource
    theme: Theme = Theme.STUDIO
    language: Annotated[
        str | None, Field(max_length=35, description="BCP 47 tag of the page; without it, the brief's.")
    ] = None


class RetryJobRequest(RouteOptions):
    """What a retry may change. One that cannot end better needs another route, a higher cap or `force`."""

    force: Flag = False


class JobLinks(Document):
    """Where more of a job is to be found; `html` once it has made a version."""

    self: str
    events: str
    page: str
    html: str | None = None
    temporal: str


class JobEstimate(Document):
    """What a job was thought to cost when it was submitted, over one round. Null without a price."""

    model: ModelName
    basis: Basis
    samples: int
    low_usd: Usd | None
    expected_usd: Usd | None
    high_usd: Usd | None

    @classmethod
    def kept(cls, estimate: Estimate) -> "JobEstimate":
        """Return the estimate a job keeps."""
        cost = estimate.cost
        return JobEstimate(
            model=estimate.model,
            basis=estimate.basis,
            samples=estimate.samples,
            low_usd=None if cost is None else dollars(cost.low),
            expected_usd=None if cost is None else dollars(cost.expected),
            high_usd=None if cost is None else dollars(cost.high),
        )


class HeldBy(Document):
    """A paused queue that a job waits for: `pagewright queue resume` lets it go on."""

    queue: str
    provider: str
    reason: str
    by: str
    since: datetime

    @classmethod
    def of(cls, row: QueueRow) -> "HeldBy":
        """Return a paused queue."""
        return cls(
            queue=llm_queue(row.provider),
            provider=row.provider,
            reason=row.reason or "",
            by=row.paused_by or "",
            since=row.paused_at or row.updated_at,
        )


class Job(Document):
    """A job. Costs are USD; `reservedUsd` is what requests in flight may cost at most."""

    id: JobId
    page_id: PageId
    kind: JobKind
    status: JobStatus
    outcome: JobOutcome | None = None
    round: int
    cancel_requested: bool
    paused: bool
    route: tuple[ModelName, ...]
    tries: int
    priority: JobPriority
    seed: int
    theme: Theme
    language: str
    max_cost_usd: Usd
    cost_usd: Usd
    charged_usd: Usd
    reserved_usd: Usd
    estimate: JobEstimate | None = None
    error_type: ErrorType | None = None
    error_message: str | None = None
    provider: str | None = None
    model: ModelName | None = None
    ai: bool
    """False when every model of the route is the offline sandbox, which is none."""
    version: int | None = None
    dead_letter_id: DeadLetterId | None = None
    held_by: HeldBy | None = Field(
        default=None,
        description="The paused queue a job stands still for while none of its requests is under way; told where jobs "
        "are looked at or listed.",
        examples=[
            {
                "queue": "llm-openai",
                "provider": "openai",
                "reason": "openai answers 503 since 9:20",
                "by": "owner",
                "since": "2026-03-02T09:30:00Z",
            }
        ],
    )
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    updated_at: datetime
    links: JobLinks

    @classmethod
    def of(cls, row: JobRow, links: JobLinks, held_by: HeldBy | None = None) -> "Job":
        """Return a stored job, with the paused queue that holds it, if somebody looked for one."""
        name = JobId(row.id)
        return Job(
            id=name,
            page_id=PageId(row.page_id),
            kind=row.kind,
            status=row.status,
            outcome=row.outcome,
            round=row.round,
            cancel_requested=row.cancel_requested,
            paused=row.paused,
            route=row.options.route,
            tries=row.options.tries,
            priority=row.options.priority,
            seed=row.options.seed,
            theme=row.options.theme,
            language=row.language,
            max_cost_usd=dollars(row.max_cost),
            cost_usd=dollars(row.cost),
            charged_usd=dollars(row.charged),
            reserved_usd=dollars(row.reserved),
            estimate=None if row.estimate is None else JobEstimate.kept(row.estimate),
            error_type=row.error_type,
            error_message=row.error_message,
            provider=row.provider,
            model=row.model,
            ai=any(provider_of(model) != SANDBOX_PROVIDER for model in row.options.route),
            version=row.version,
            dead_letter_id=dead_letter_id(name, row.round) if row.status is JobStatus.FAILED else None,
            held_by=held_by,
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            updated_at=row.updated_at,
            links=links,
        )


class JobList(Listing):
    """Jobs, newest first."""

    jobs: tuple[Job, ...]


class Step(Document):
    """One step of the job's current round, with what its calls of that round took."""

    step: str
    type: BlockType | None = None
    heading: str | None = None
    status: StepStatus
    model: ModelName | None = None
    try_number: int | None = Field(default=None, serialization_alias="try")
    error_type: ErrorType | None = None
    message: str | None = None
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Usd | None
    """Null when there were calls, and no one told what any of them cost."""
    calls: int
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @classmethod
    def of(cls, row: StepRow, calls: Sequence[CallRow]) -> "Step":
        """Return a step and what its calls took."""
        known = [call.cost for call in calls if call.cost is not None]
        return Step(
            step=row.step,
            type=row.block_type,
            heading=row.heading,
            status=row.status,
            model=row.model,
            try_number=row.try_number,
            error_type=row.error_type,
            message=row.error_message,
            prompt_tokens=sum(call.prompt_tokens for call in calls),
            completion_tokens=sum(call.completion_tokens for call in calls),
            cost_usd=dollars(sum(known)) if known or not calls else None,
            calls=len(calls),
            started_at=row.started_at,
            finished_at=row.finished_at,
        )


class Call(Document):
    """One request to one model. `costUsd` is null when no one told us."""

    round: int
    step: str
    model: ModelName
    try_number: int = Field(serialization_alias="try")
    request: int
    attempt: int
    status: CallStatus
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Usd | None
    charged_usd: Usd
    latency_ms: int | None = None
    error_type: ErrorType | None = None
    message: str | None = None
    started_at: datetime
    settled_at: datetime | None = None

    @classmethod
    def of(cls, row: CallRow) -> "Call":
        """Return a stored call."""
        return Call(
            round=row.round,
            step=row.step,
            model=row.full_model,
            try_number=row.try_number,
            request=row.request,
            attempt=row.attempt,
            status=row.status,
            prompt_tokens=row.prompt_tokens,
            completion_tokens=row.completion_tokens,
            cost_usd=dollars_or_unknown(row.cost),
            charged_usd=dollars(row.charged),
            latency_ms=row.latency_ms,
            error_type=row.error_type,
            message=row.error_message,
            started_at=row.started_at,
            settled_at=row.settled_at,
        )


class ReceiptLine(Document):
    """What one step took, over all rounds."""

    step: str
    models: tuple[ModelName, ...]
    calls: int
    retries: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Usd
    charged_usd: Usd
    unknown_cost_calls: int
    duration_ms: int


class ReceiptEstimate(JobEstimate):
    """The estimate beside what came of it. Null without a known price, and of a job that did not complete."""

    difference_usd: Usd | None = Field(description="costUsd less expectedUsd.")
    within_range: bool | None = Field(description="Whether costUsd is from lowUsd to highUsd.")

    @classmethod
    def of(cls, estimate: Estimate, cost: NanoUsd | None) -> "ReceiptEstimate":
        """Return what a job that cost `cost` was thought to cost; None compares nothing."""
        found = estimate.cost
        return ReceiptEstimate(
            **dict(JobEstimate.kept(estimate)),
            difference_usd=None if found is None or cost is None else dollars(cost - found.expected),
            within_range=None if found is None or cost is None else found.low <= cost <= found.high,
        )


class Receipt(Document):
    """What the job took, over all rounds. `unknownCostCalls` are requests the vendor may still bill."""

    calls: int
    retries: int
    rounds: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Usd
    charged_usd: Usd
    unknown_cost_calls: int
    duration_ms: int
    estimate: ReceiptEstimate | None = None
    lines: tuple[ReceiptLine, ...]


class JobDetail(Job):
    """A job with its steps, its calls and its receipt."""

    steps: tuple[Step, ...]
    calls: tuple[Call, ...]
    receipt: Receipt

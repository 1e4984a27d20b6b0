"""What workflows call and are called with: queues, activity names, their inputs and results.

Everything here travels in payloads that outlive a release: unknown fields are ignored, new fields get defaults, and no
field changes its meaning.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from domain.blocks import Section
from domain.brief import Brief
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import BatchId, DeadLetterId, JobId, PageId, ScheduleId, TenantId, UserId
from domain.job import JobKind, JobOptions
from domain.model import Document
from domain.money import NanoUsd
from domain.outline import Outline
from domain.queue import Span
from domain.revision import Revision
from domain.route import ModelName, Route, provider_of
from domain.schedule import RunOutcome

PAGES_QUEUE: Final = "pages"
"""Workflow tasks, storage and rendering."""

PAGE_WORKFLOW: Final = "PageWorkflow"
DEAD_LETTER_WORKFLOW: Final = "DeadLetterWorkflow"
RECONCILE_WORKFLOW: Final = "ReconcileWorkflow"
BATCH_WORKFLOW: Final = "BatchWorkflow"
SCHEDULED_RUN_WORKFLOW: Final = "ScheduledRunWorkflow"
RECONCILE_SCHEDULE: Final = "reconcile"
HOUSEKEEPING_WORKFLOW: Final = "HousekeepingWorkflow"
HOUSEKEEPING_SCHEDULE: Final = "housekeeping"
HOUSEKEEPING_NOW: Final = "housekeeping-now"
"""Id of the turn a removal asks for."""
PROBE_WORKFLOW: Final = "ProbeWorkflow"
PROBE_SCHEDULE: Final = "probe"

PAUSE_SIGNAL: Final = "pause"
RESUME_SIGNAL: Final = "resume"
RETRY_UPDATE: Final = "retry"
DISCARD_UPDATE: Final = "discard"
DECIDED_SIGNAL: Final = "decided"
"""Decided -> the end of a dead letter whose row was closed by a batch."""
CANCEL_BATCH_SIGNAL: Final = "cancel"

ROUND_MEMO: Final = "round"
"""Memo of a page workflow: the rounds of a job share one workflow id, and this tells them apart."""

PAUSED: Final = "PAUSED"
"""`ApplicationError.type` of a step held by its job's pause."""
BUSY: Final = "BUSY"
"""`ApplicationError.type` of a step whose cost is held by requests still in flight."""
CONFLICT: Final = "CONFLICT"
"""`ApplicationError.type` of a retry the page has no room for."""
OPEN: Final = "OPEN"
"""`ApplicationError.type` of waiting for the end of what still runs."""
ENDED: Final = "ENDED"
"""`ApplicationError.type` of an Update that came after another one had ended the dead letter."""


def llm_queue(provider: str) -> str:
    """Return the queue of a provider's model requests."""
    return f"llm-{provider}"


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


class DeadLetterInput(Document):
    """A failed round with everything already paid for: `page` carries the outline and the finished sections."""

    page: PageInput
    failure: StepFailure


class RetryRequest(Document):
    """What a retry may change."""

    route: Route | None = None
    request_seconds: Mapping[ModelName, float] = Field(default_factory=dict[ModelName, float])
    max_cost: NanoUsd | None = None
    by: UserId


class RetryResult(Document):
    """The round a retry started."""

    job_id: JobId
    round: int


class DiscardRequest(Document):
    """Why a dead letter is given up."""

    reason: Annotated[str, Field(max_length=500)]
    by: UserId


class Decided(Document):
    """What the row of a dead letter says of it, written by whoever sends this."""

    status: DeadLetterStatus


class ReopenInput(Document):
    """Take a failed job up again as the given round."""

    letter: DeadLetterId
    page: PageInput
    by: UserId


class CloseLetterInput(Document):
    """Close a dead letter without a retry."""

    letter: DeadLetterId
    reason: str
    by: UserId


class Held(Document):
    """The answer of an activity that only writes. `held` is False when there is nothing left to hold."""

    held: bool = True


class Reconciled(Document):
    """How many of each a reconcile mended."""

    refused: int = 0
    """Submits that never reached Temporal."""
    restarted: int = 0
    """Open jobs without a workflow, taken up from their stored sections."""
    dead_lettered: int = 0
    """Rounds that ended without saying so."""
    cancelled: int = 0
    """Cancelled jobs whose workflow could not write it down."""
    rebuilt: int = 0
    """Workflows without a row."""
    reheld: int = 0
    """Open dead letters without a workflow."""
    queues: int = 0
    """Queues whose rate in Temporal was not the one their operator had set."""
    schedules: int = 0
    """Schedules that Temporal lacked, had otherwise, or that nobody has any more."""
    batches: int = 0
    """Batches without a workflow, and those whose lines were never all sent."""


class BatchInput(Document):
    """A batch and how far it is. No briefs: its lines are rows."""

    batch_id: BatchId
    tenant: TenantId
    cursor: int = 0
    """Every line up to this one was handed out."""
    paused: bool = False
    cancelled: bool = False
    turns_per_run: int = 500
    """After so many turns the workflow goes on as a new run, so that no history grows long."""


class TurnInput(Document):
    """One turn of a batch: settle the lines that have ended, and begin further ones."""

    batch_id: BatchId
    cursor: int
    begins: bool = True
    """Whether lines that have not begun may; those whose start is under way are driven on in any case."""
    pace: str = ""
    """Name of the pace of the turn before: the process that has it knows when the last lines were begun."""


class TurnResult(Document):
    """Where a batch stands after a turn."""

    cursor: int
    waiting: int
    """Lines that are not handed out yet."""
    running: int
    changed: int
    """Lines that were handed out or settled in the turn."""
    is_full: bool = False
    """Whether it was the rate that ended the turn: the next one may follow at once."""
    pace: str = ""
    """Name of the pace that the lines were begun at."""
    cancelled: bool = False
    """Whether the batch's row asks for its end: the signal may have been lost."""


class BatchRef(Document):
    """One batch."""

    batch_id: BatchId


class ScheduleRef(Document):
    """What each run of a schedule is started with."""

    schedule_id: ScheduleId


class ScheduledRun(Document):
    """One run of a schedule, which names the job or the batch it makes."""

    schedule_id: ScheduleId
    workflow_id: str
    scheduled_at: datetime


class Begun(Document):
    """What one run of a schedule began; a run that is skipped began nothing, and `reason` says why."""

    outcome: RunOutcome
    job_id: JobId | None = None
    batch_id: BatchId | None = None
    reason: str | None = None


class RunResult(Begun):
    """What came of one run: `status` is the one the job's round or the batch ended with."""

    status: str | None = None


class RunEnd(Document):
    """The status a job's round or a batch ended with; None when it is erased."""

    status: str | None = None


class Housekept(Document):
    """How much a turn of housekeeping cleared away."""

    erased: int = 0
    """Removed jobs whose texts and workflow histories are gone."""
    expired: int = 0
    """Dead letters that were closed long ago."""
    probes: int = 0
    """Probes of more than a day ago."""


class ProbeInput(Document):
    """One probe: a tiny request to one model, to see whether its provider answers."""

    model: ModelName
    request_seconds: float


class ProbePlan(Document):
    """The probes of one turn, at most one of each provider; none of those an operator holds back."""

    probes: tuple[ProbeInput, ...] = ()


class ProbeResult(Document):
    """What a probe saw. `is_up` is None where no request was made, or nobody saw its end: then it says nothing."""

    model: ModelName
    is_up: bool | None = None
    error_type: ErrorType | None = None
    message: str | None = None


class ProbeTurn(Document):
    """What the probes of one turn saw."""

    results: tuple[ProbeResult, ...] = ()


WRITE_OUTLINE: Final = "write_outline"
"""StepInput -> OutlineResult, on the provider's queue."""
WRITE_SECTION: Final = "write_section"
"""StepInput -> SectionResult, on the provider's queue."""
BEGIN_ROUND: Final = "begin_round"
"""BeginInput -> BeginResult."""
FINISH_PAGE: Final = "finish_page"
"""FinishInput -> PageResult."""
CLOSE_CANCELLED: Final = "close_cancelled"
"""RoundRef -> Totals."""
COUNT_COST: Final = "count_cost"
"""RoundRef -> Totals."""
HELD_TIME: Final = "held_time"
"""HeldTimeInput -> HeldTime."""
HOLD_DEAD_LETTER: Final = "hold_dead_letter"
"""DeadLetterInput -> Held."""
REOPEN_JOB: Final = "reopen_job"
"""ReopenInput -> Held. Raises CONFLICT when the page has another open job or a newer version."""
DISCARD_DEAD_LETTER: Final = "discard_dead_letter"
"""CloseLetterInput -> Held."""
RECONCILE: Final = "reconcile"
"""-> Reconciled."""
ADVANCE_BATCH: Final = "advance_batch"
"""TurnInput -> TurnResult."""
CANCEL_BATCH: Final = "cancel_batch"
"""BatchRef -> Held."""
CLOSE_BATCH: Final = "close_batch"
"""BatchRef -> BatchReport."""
BEGIN_SCHEDULED_RUN: Final = "begin_scheduled_run"
"""ScheduledRun -> Begun."""
AWAIT_SCHEDULED_RUN: Final = "await_scheduled_run"
"""Begun -> RunEnd. Fails with OPEN, to be tried again later, until there is an end."""
CANCEL_SCHEDULED_RUN: Final = "cancel_scheduled_run"
"""Begun -> Held."""
HOUSEKEEP: Final = "housekeep"
"""-> Housekept."""
PLAN_PROBES: Final = "plan_probes"
"""-> ProbePlan."""
PROBE: Final = "probe"
"""ProbeInput -> ProbeResult, on the provider's queue."""


def queue_of(model: ModelName) -> str:
    """Return the queue on which a model's requests run."""
    return llm_queue(provider_of(model))

"""Schedules over HTTP."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from api.schemas.envelope import Command, Listing, NoNul, Number, Usd, dollars
from api.schemas.options import TWO_WAYS, RouteOptions
from domain.ids import BatchId, JobId, PageId, ScheduleId
from domain.model import Document
from domain.route import ModelName
from domain.schedule import LONGEST_JITTER_SECONDS, Overlap, RunOutcome, ScheduleKind, cron_expression, time_zone
from storage.schedule import ScheduleRow
from workflows.schedules import Standing

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoNul]


_ONE_THING: Final[list[JsonValue]] = [
    {
        "required": ["pageId"],
        "properties": {"pageId": {"type": "string"}, "batchId": {"type": "null"}},
    },
    {
        "required": ["batchId"],
        "properties": {
            "batchId": {"type": "string"},
            "pageId": {"type": "null"},
            "route": {"type": "null"},
            "model": {"type": "null"},
            "fallback": {"maxItems": 0},
            "maxCostUsd": {"type": "null"},
        },
    },
]


class ScheduleRequest(RouteOptions):
    """What `POST /api/ai/schedules` takes: a page or a batch, and when. A route or a cap is only for a page."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_THING, "not": TWO_WAYS})

    name: Annotated[Note, Field(description="What it is for, in your own words.")]
    page_id: Annotated[PageId | None, Field(max_length=80, description="The page to make anew from its brief.")] = None
    batch_id: Annotated[
        BatchId | None, Field(max_length=80, description="The batch whose briefs are submitted again.")
    ] = None
    cron: Annotated[
        str,
        AfterValidator(cron_expression),
        Field(
            max_length=200,
            description="Five fields, as `0 6 * * mon`; or @hourly, @daily, @weekly, ...",
            json_schema_extra={"pattern": r"^\s*(@[A-Za-z]+|\S+(\s+\S+){4})\s*$"},
        ),
    ]
    timezone: Annotated[
        str, AfterValidator(time_zone), Field(max_length=64, description="In which the expression is read.")
    ] = "UTC"
    overlap: Annotated[Overlap, Field(description="What happens when the run before still runs.")] = Overlap.SKIP
    jitter_seconds: Annotated[
        int, Field(ge=0, le=LONGEST_JITTER_SECONDS, description="Each run begins up to so much later."), Number
    ] = 0

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.page_id is None) == (self.batch_id is None):
            message = "give either pageId or batchId"
            raise ValueError(message)
        if self.batch_id is not None and (self.names_models or self.max_cost_usd is not None):
            message = "the lines of a batch have routes and caps of their own"
            raise ValueError(message)
        return self


class ScheduleNoteRequest(Command):
    """Why a schedule is paused, or runs again."""

    note: Note | None = None


class LastRun(Document):
    """What the newest run began, or why it began nothing."""

    scheduled_at: datetime
    outcome: RunOutcome
    job_id: JobId | None = None
    batch_id: BatchId | None = None
    reason: str | None = None


class ScheduleLinks(Document):
    """Where more of a schedule is to be found."""

    self: str
    page: str | None = None
    batch: str | None = None
    temporal: str


class Schedule(Document):
    """A schedule as it was asked for, with its newest run."""

    id: ScheduleId
    name: str
    kind: ScheduleKind
    page_id: PageId | None = None
    batch_id: BatchId | None = None
    cron: str
    timezone: str
    overlap: Overlap
    jitter_seconds: int
    paused: bool
    note: str | None = None
    route: tuple[ModelName, ...] | None = None
    """Of a page's jobs."""
    max_cost_usd: Usd | None = None
    """Cap of each of a page's jobs."""
    last_run: LastRun | None = None
    created_at: datetime
    updated_at: datetime
    links: ScheduleLinks

    @classmethod
    def of(cls, row: ScheduleRow, links: ScheduleLinks) -> "Schedule":
        """Return a stored schedule."""
        return Schedule(
            id=ScheduleId(row.id),
            name=row.name,
            kind=row.kind,
            page_id=None if row.page_id is None else PageId(row.page_id),
            batch_id=None if row.batch_id is None else BatchId(row.batch_id),
            cron=row.cron,
            timezone=row.timezone,
            overlap=row.overlap,
            jitter_seconds=row.jitter_seconds,
            paused=row.paused,
            note=row.note,
            route=None if row.options is None else row.options.route,
            max_cost_usd=None if row.options is None else dollars(row.options.max_cost),
            last_run=None if row.last_run is None else LastRun(**dict(row.last_run)),
            created_at=row.created_at,
            updated_at=row.updated_at,
            links=links,
        )


class ScheduleList(Listing):
    """Schedules, newest first."""

    schedules: tuple[Schedule, ...]


class Action(Document):
    """One time the schedule acted: when it was due, when it began, and the workflow of that run."""

    scheduled_at: datetime
    started_at: datetime
    workflow_id: str


class ScheduleStanding(Document):
    """Where a schedule stands in Temporal. A paused one has no next runs."""

    next_runs: tuple[datetime, ...]
    last_actions: tuple[Action, ...]
    running: int
    skipped: int
    """Runs left out because the one before still ran."""

    @classmethod
    def of(cls, standing: Standing) -> "ScheduleStanding":
        """Return what Temporal told."""
        return ScheduleStanding(
            next_runs=standing.next_runs,
            last_actions=tuple(
                Action(scheduled_at=it.scheduled_at, started_at=it.started_at, workflow_id=it.workflow_id)
                for it in standing.actions
            ),
            running=standing.running,
            skipped=standing.skipped,
        )


class ScheduleDetail(Schedule):
    """A schedule with its runs. `standing` is null while Temporal does not answer."""

    standing: ScheduleStanding | None = None

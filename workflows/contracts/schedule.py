"""What a run of a schedule is told, and what came of it."""

from datetime import datetime

from domain.ids import BatchId, JobId, ScheduleId
from domain.model import Document
from domain.schedule import RunOutcome


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

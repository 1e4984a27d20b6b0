"""What the API answers about schedules, as far as the command line shows it."""

from datetime import datetime
from decimal import Decimal

from cli.client.answers import Links
from domain.model import Document


class ScheduledRun(Document):
    """What a run of a schedule began, or why it began nothing."""

    scheduled_at: datetime
    outcome: str
    job_id: str | None = None
    batch_id: str | None = None
    reason: str | None = None


class ScheduleStanding(Document):
    """When a schedule runs next."""

    next_runs: tuple[datetime, ...] = ()


class Schedule(Document):
    """A schedule; `standing` only when it was asked for alone, and while Temporal answers."""

    id: str
    name: str
    page_id: str | None = None
    batch_id: str | None = None
    cron: str
    timezone: str = "UTC"
    overlap: str = "skip"
    jitter_seconds: int = 0
    paused: bool = False
    note: str | None = None
    route: tuple[str, ...] | None = None
    max_cost_usd: Decimal | None = None
    last_run: ScheduledRun | None = None
    standing: ScheduleStanding | None = None
    links: Links = Links()


class Schedules(Document):
    """One page of a list of schedules."""

    schedules: tuple[Schedule, ...]
    next_cursor: str | None = None

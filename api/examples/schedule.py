"""Examples of the docs on schedules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.schemas.envelope import Data
from api.schemas.schedule import (
    Action,
    LastRun,
    Schedule,
    ScheduleDetail,
    ScheduleLinks,
    ScheduleList,
    ScheduleStanding,
)
from domain.ids import JobId, PageId, ScheduleId
from domain.schedule import Overlap, RunOutcome, ScheduleKind

_ULID: Final = "01K3V8Z4M0E9C7B2Q5T1R6W8XY"
_NAME: Final = ScheduleId(f"sched_{_ULID}")
_PAGE: Final = PageId(f"page_{_ULID}")
_AT: Final = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
_WEEK: Final = timedelta(days=7)

CREATE: Final[dict[str, Example]] = {
    "page": {
        "summary": "A page anew on Mondays at six",
        "value": {"name": "weekly offer", "pageId": _PAGE, "cron": "0 6 * * mon", "timezone": "Europe/Madrid"},
    },
    "batch": {
        "summary": "A batch again on each first of the month, some time within ten minutes",
        "value": {"name": "branches", "batchId": f"batch_{_ULID}", "cron": "@monthly", "jitterSeconds": 600},
    },
}
NOTE: Final[dict[str, Example]] = {"why": {"value": {"note": "The shop is closed in August."}}}

_SCHEDULE: Final = Schedule(
    id=_NAME,
    name="weekly offer",
    kind=ScheduleKind.PAGE,
    page_id=_PAGE,
    cron="0 6 * * mon",
    timezone="Europe/Madrid",
    overlap=Overlap.SKIP,
    jitter_seconds=0,
    paused=False,
    route=("openai:gpt-6-luna",),
    max_cost_usd=Decimal("0.25"),
    last_run=LastRun(scheduled_at=_AT, outcome=RunOutcome.STARTED, job_id=JobId(f"job_{_ULID}")),
    created_at=_AT - _WEEK,
    updated_at=_AT - _WEEK,
    links=ScheduleLinks(
        self=f"/api/ai/schedules/{_NAME}",
        page=f"/api/pages/{_PAGE}",
        temporal=f"http://127.0.0.1:8233/namespaces/default/schedules/{_NAME}",
    ),
)
SCHEDULE: Final = Data(data=_SCHEDULE)
PAUSED: Final = Data(data=_SCHEDULE.model_copy(update={"paused": True, "note": "The shop is closed in August."}))
SCHEDULES: Final = Data(data=ScheduleList(schedules=(_SCHEDULE,)))
DETAIL: Final = Data(
    data=ScheduleDetail(
        **dict(_SCHEDULE),
        standing=ScheduleStanding(
            next_runs=(_AT + _WEEK, _AT + 2 * _WEEK),
            last_actions=(Action(scheduled_at=_AT, started_at=_AT, workflow_id=f"{_NAME}-2026-03-02T05:00:00Z"),),
            running=0,
            skipped=0,
        ),
    )
)

"""Examples of the docs: jobs and dead letters in numbers, and what was cleared away."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from api.examples import page as examples
from api.schemas.envelope import Data
from api.schemas.housekeeping import Cleared
from api.schemas.job_history import EndedJob, JobHistory
from api.schemas.job_metrics import ErrorCount, JobMetrics, ProcessingTime, Retries
from api.schemas.letter_statistics import LetterStatistics
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import OWNER_USER
from domain.job import JobStatus

_UNTIL: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_HOURS: Final = 24
_JOB: Final = examples.JOBS.data.jobs[0]

JOB_METRICS: Final = Data(
    data=JobMetrics(
        hours=_HOURS,
        since=_UNTIL - timedelta(hours=_HOURS),
        until=_UNTIL,
        by_status=dict.fromkeys(JobStatus, 0) | {JobStatus.COMPLETED: 190, JobStatus.FAILED: 10},
        success_rate=95.0,
        processing_time_ms=ProcessingTime(count=200, p50=8200, p95=14100, p99=29800),
        throughput_per_hour=8.333,
        retries=Retries(requests=31, rounds=4),
        errors_by_type={ErrorType.RATE_LIMIT: ErrorCount(requests=27, jobs=8)},
        validation_pass_rate=98.7,
    )
)
JOB_HISTORY: Final = Data(
    data=JobHistory(
        jobs=(
            EndedJob(
                id=_JOB.id,
                page_id=_JOB.page_id,
                kind=_JOB.kind,
                status=_JOB.status,
                outcome=_JOB.outcome,
                user=OWNER_USER,
                round=_JOB.round,
                version=_JOB.version,
                provider=_JOB.provider,
                model=_JOB.model,
                error_type=None,
                error_message=None,
                cost_usd=_JOB.cost_usd,
                charged_usd=_JOB.charged_usd,
                created_at=_JOB.created_at,
                started_at=_JOB.started_at,
                finished_at=_JOB.finished_at,
                links=_JOB.links,
            ),
        )
    )
)
LETTER_STATISTICS: Final = Data(
    data=LetterStatistics(
        total=10,
        retryable=8,
        by_error_type={"RATE_LIMIT": 8, "AUTH_ERROR": 2},
        by_provider={"openai": 9, "unknown": 1},
        by_model={"openai:gpt-6-luna": 9, "unknown": 1},
        by_date={"2026-03-02": 7, "2026-03-01": 3},
        by_status={DeadLetterStatus.OPEN: 10, DeadLetterStatus.RETRIED: 4, DeadLetterStatus.DISCARDED: 1},
        spent_usd=Decimal("0.210000"),
        retry_estimate_usd=Decimal("0.065000"),
        unknown_estimates=0,
    )
)
CLEARED: Final = Data(data=Cleared(removed=180, left=0, held=3))

"""Examples of the docs on jobs in numbers."""

from datetime import timedelta
from typing import Final

from api.examples.scene import AT
from api.schemas.envelope import Data
from api.schemas.job_metrics import ErrorCount, JobMetrics, ProcessingTime, Retries
from domain.errors import ErrorType
from domain.job import JobStatus

_HOURS: Final = 24

JOB_METRICS: Final = Data(
    data=JobMetrics(
        hours=_HOURS,
        since=AT - timedelta(hours=_HOURS),
        until=AT,
        by_status=dict.fromkeys(JobStatus, 0) | {JobStatus.COMPLETED: 190, JobStatus.FAILED: 10},
        success_rate=95.0,
        processing_time_ms=ProcessingTime(count=200, p50=8200, p95=14100, p99=29800),
        throughput_per_hour=8.333,
        retries=Retries(requests=31, rounds=4),
        errors_by_type={ErrorType.RATE_LIMIT: ErrorCount(requests=27, jobs=8)},
        validation_pass_rate=98.7,
    )
)

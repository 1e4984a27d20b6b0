"""What became of jobs in a span of time, over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.errors import ErrorType
from domain.job import JobStatus
from domain.model import Document

Percent = Annotated[float, Field(ge=0, le=100)]


class ProcessingTime(Document):
    """Percentiles by nearest rank, in milliseconds; null where nothing was processed."""

    count: int
    p50: int | None
    p95: int | None
    p99: int | None


class Retries(Document):
    """What was tried again."""

    requests: int = Field(description="Model requests that were not the first one of their step in their round.")
    rounds: int = Field(description="Rounds after the first one, of the jobs that ended.")


class ErrorCount(Document):
    """Failures of one error type."""

    requests: int = Field(description="Model requests that failed so; most are tried again.")
    jobs: int = Field(description="Jobs that failed so.")


class JobMetrics(Document):
    """The last hours. Rates are percentages, null where there is nothing to divide by.

    Removed jobs count as before: what happened has happened.
    """

    hours: int
    since: datetime
    until: datetime
    by_status: Mapping[JobStatus, int] = Field(
        description="Open jobs as they stand now, whenever they began; ended ones that ended within the hours."
    )
    success_rate: Percent | None = Field(description="Completed among those that completed or failed.")
    processing_time_ms: ProcessingTime = Field(
        description="Of jobs that completed or failed: from `startedAt` to `finishedAt`. Of a job that was retried, "
        "only its newest round counts, from its first request: the wait for the retry is no work."
    )
    throughput_per_hour: float = Field(description="Jobs that completed or failed, by the hour.")
    retries: Retries
    errors_by_type: Mapping[ErrorType, ErrorCount] = Field(description="Types that did not occur are left out.")
    validation_pass_rate: Percent | None = Field(
        description="Answers of models that passed every check, among all answers: one that was cut short or could "
        "not be read did not pass."
    )

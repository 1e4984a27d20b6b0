"""GET /api/ai/jobs/metrics: how the last hours went."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query

from api.examples import job_metrics as examples
from api.guards.auth import CallerDep, needs
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.job_metrics import ErrorCount, JobMetrics, ProcessingTime, Retries
from api.services import ServicesDep
from domain.access import Scope
from domain.errors import ErrorType
from domain.job import JobStatus
from storage.job_metrics import JobMetricsRepository, Span

router = APIRouter(tags=["jobs"])

_LONGEST: Final = 366 * 24

Hours = Annotated[int, Query(ge=1, le=_LONGEST, description="How far back to look.")]


@router.get(
    "/api/ai/jobs/metrics",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="See how the last hours went",
    responses={**answered(HTTPStatus.OK, examples.JOB_METRICS), **problems(401, 403, 422)},
)
async def get_job_metrics(services: ServicesDep, caller: CallerDep, hours: Hours = 24) -> Data[JobMetrics]:
    """Return what became of the tenant's jobs and of their model requests, counted by the database."""
    until = services.clock()
    async with services.database.read() as uow:
        span = Span(caller.tenant, until - timedelta(hours=hours), until)
        return Data(data=await _metrics(uow.job_metrics, span, hours))


async def _metrics(metrics: JobMetricsRepository, span: Span, hours: int) -> JobMetrics:
    by_status = await metrics.by_status(span)
    completed, failed = by_status.get(JobStatus.COMPLETED, 0), by_status.get(JobStatus.FAILED, 0)
    times, requests = await metrics.processing_time(span), await metrics.requests(span)
    return JobMetrics(
        hours=hours,
        since=span.since,
        until=span.until,
        by_status={status: by_status.get(status, 0) for status in JobStatus},
        success_rate=_percent(completed, failed),
        processing_time_ms=ProcessingTime(count=times.count, p50=times.p50, p95=times.p95, p99=times.p99),
        throughput_per_hour=round((completed + failed) / hours, 3),
        retries=Retries(requests=requests.repeated, rounds=await metrics.repeated_rounds(span)),
        errors_by_type=_errors(await metrics.request_errors(span), await metrics.job_errors(span)),
        validation_pass_rate=_percent(requests.valid, requests.invalid),
    )


def _percent(good: int, bad: int) -> float | None:
    return round(100 * good / (good + bad), 2) if good + bad else None


def _errors(requests: Mapping[ErrorType, int], jobs: Mapping[ErrorType, int]) -> Mapping[ErrorType, ErrorCount]:
    return {
        type_: ErrorCount(requests=requests.get(type_, 0), jobs=jobs.get(type_, 0))
        for type_ in ErrorType
        if type_ in requests or type_ in jobs
    }

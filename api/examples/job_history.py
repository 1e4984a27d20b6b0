"""Examples of the docs on jobs that have ended."""

from typing import Final

from api.examples.job import JOBS
from api.schemas.envelope import Data
from api.schemas.job_history import EndedJob, JobHistory
from domain.ids import OWNER_USER

_JOB: Final = JOBS.data.jobs[0]
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

"""Examples of the docs on dead letters."""

from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.examples.scene import DONE, JOB_ID, MODEL, PAGE_ID, TEMPORAL
from api.schemas.dead_letter import DeadLetter, DeadLetterLinks, DeadLetterList, Retried
from api.schemas.envelope import Data
from api.schemas.letter_statistics import LetterStatistics
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.ids import DeadLetterId

_ID: Final = DeadLetterId(f"dlq_{JOB_ID}_1")

DISCARD: Final[dict[str, Example]] = {"reason": {"value": {"reason": "The offer is over."}}}

_LETTER: Final = DeadLetter(
    dlq_job_id=_ID,
    job_id=JOB_ID,
    page_id=PAGE_ID,
    round=1,
    status=DeadLetterStatus.OPEN,
    can_retry=True,
    retry_needs=None,
    retry_cap_usd=None,
    error_type=ErrorType.RATE_LIMIT,
    message="openai:gpt-6-luna is asked too often",
    step="section:3",
    provider="openai",
    model=MODEL,
    attempts=8,
    finished_sections=5,
    planned_sections=6,
    spent_usd=Decimal("0.021000"),
    retry_estimate_usd=Decimal("0.006500"),
    created_at=DONE,
    closed_at=None,
    reason=None,
    links=DeadLetterLinks(
        self=f"/api/ai/dlq/{_ID}",
        job=f"/api/ai/jobs/{JOB_ID}",
        page=f"/api/pages/{PAGE_ID}",
        retry=f"/api/ai/dlq/{_ID}/retry",
        discard=f"/api/ai/dlq/{_ID}/discard",
        temporal=f"{TEMPORAL}/{_ID}",
    ),
)

DEAD_LETTER: Final = Data(data=_LETTER)
DEAD_LETTERS: Final = Data(data=DeadLetterList(entries=(_LETTER,)))
DISCARDED: Final = Data(
    data=_LETTER.model_copy(
        update={"status": DeadLetterStatus.DISCARDED, "closed_at": DONE, "reason": "The offer is over."}
    )
)
RETRIED: Final = Data(data=Retried(job_id=JOB_ID, round=2))
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

"""Examples of the docs on jobs."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.examples.scene import AT, DONE, JOB_ID, MODEL, PAGE_ID, TEMPORAL
from api.schemas.envelope import Data
from api.schemas.job import (
    Call,
    Job,
    JobDetail,
    JobEstimate,
    JobLinks,
    JobList,
    Receipt,
    ReceiptEstimate,
    ReceiptLine,
    Step,
)
from domain.call import CallStatus
from domain.estimate import Basis
from domain.job import JobKind, JobPriority, JobStatus
from domain.page import Theme
from domain.route import SANDBOX_MODEL
from domain.step import OUTLINE_STEP, StepStatus

SUBMIT: Final[dict[str, Example]] = {
    "text": {
        "summary": "A sentence",
        "value": {"brief": "Harbour Bakery sells sourdough bread in Example Bay. Open daily from 7:00."},
    },
    "facts": {
        "summary": "Facts, a route and a cap",
        "value": {
            "brief": {
                "name": "Harbour Bakery",
                "offer": "Sourdough bread, baked overnight",
                "callToAction": "Order bread",
                "links": [{"label": "Order", "url": "https://order.example.com/"}],
                "prices": [{"item": "Country loaf", "price": "$ 6.50"}],
            },
            "model": MODEL,
            "fallback": ["anthropic:claude-haiku-5-5"],
            "maxCostUsd": 0.25,
        },
    },
    "sandbox": {
        "summary": "Offline, with faults",
        "value": {
            "brief": "Harbour Bakery sells sourdough bread in Example Bay.",
            "route": [SANDBOX_MODEL],
            "seed": 7,
            "sandbox": {"latencyMs": 300, "errorRates": {"RATE_LIMIT": 0.2}, "invalidRate": 0.1},
        },
    },
}
RETRY: Final[dict[str, Example]] = {
    "same": {"summary": "The same again", "value": {}},
    "other": {"summary": "Another model, a higher cap", "value": {"model": MODEL, "maxCostUsd": 0.5}},
}

_LINKS: Final = JobLinks(
    self=f"/api/ai/jobs/{JOB_ID}",
    events=f"/api/ai/jobs/{JOB_ID}/events",
    page=f"/api/pages/{PAGE_ID}",
    html=f"/api/pages/{PAGE_ID}/html?version=1",
    temporal=f"{TEMPORAL}/{JOB_ID}",
)


def _job(status: JobStatus) -> Job:
    done = status is JobStatus.COMPLETED
    return Job(
        id=JOB_ID,
        page_id=PAGE_ID,
        kind=JobKind.GENERATE,
        status=status,
        round=1,
        cancel_requested=False,
        paused=status is JobStatus.PAUSED,
        route=(MODEL,),
        tries=3,
        priority=JobPriority.NORMAL,
        seed=0,
        theme=Theme.STUDIO,
        language="en",
        max_cost_usd=Decimal("0.25"),
        cost_usd=Decimal("0.004210") if done else Decimal(0),
        charged_usd=Decimal("0.004210") if done else Decimal(0),
        reserved_usd=Decimal(0),
        provider="openai" if done else None,
        model=MODEL if done else None,
        ai=True,
        version=1 if done else None,
        created_at=AT,
        started_at=AT if done else None,
        finished_at=DONE if done else None,
        updated_at=DONE if done else AT,
        links=_LINKS if done else _LINKS.model_copy(update={"html": None}),
    )


_CALL: Final = Call(
    round=1,
    step=OUTLINE_STEP,
    model=MODEL,
    try_number=1,
    request=1,
    attempt=1,
    status=CallStatus.SUCCEEDED,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    charged_usd=Decimal("0.004210"),
    latency_ms=2100,
    started_at=AT,
    settled_at=AT + timedelta(seconds=2),
)
_STEP: Final = Step(
    step=OUTLINE_STEP,
    status=StepStatus.DONE,
    model=MODEL,
    try_number=1,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    calls=1,
    started_at=AT,
    finished_at=AT + timedelta(seconds=2),
)
_LINE: Final = ReceiptLine(
    step=OUTLINE_STEP,
    models=(MODEL,),
    calls=1,
    retries=0,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    charged_usd=Decimal("0.004210"),
    unknown_cost_calls=0,
    duration_ms=2000,
)
_ESTIMATE: Final = JobEstimate(
    model=MODEL,
    basis=Basis.HEURISTIC,
    samples=0,
    low_usd=Decimal("0.002900"),
    expected_usd=Decimal("0.004700"),
    high_usd=Decimal("0.009800"),
)
_RECEIPT: Final = Receipt(
    calls=1,
    retries=0,
    rounds=1,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    charged_usd=Decimal("0.004210"),
    unknown_cost_calls=0,
    duration_ms=8000,
    estimate=ReceiptEstimate(**dict(_ESTIMATE), difference_usd=Decimal("-0.000490"), within_range=True),
    lines=(_LINE,),
)

NEW_JOB: Final = Data(data=_job(JobStatus.WAITING))
PAUSED_JOB: Final = Data(data=_job(JobStatus.PAUSED))
JOBS: Final = Data(data=JobList(jobs=(_job(JobStatus.COMPLETED),)))
JOB_DETAIL: Final = Data(
    data=JobDetail(**dict(_job(JobStatus.COMPLETED)), steps=(_STEP,), calls=(_CALL,), receipt=_RECEIPT)
)

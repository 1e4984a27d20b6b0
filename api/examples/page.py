"""Examples of the docs: values of our own types, so that none of them can fall behind."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.schemas.dead_letter import DeadLetter, DeadLetterLinks, DeadLetterList, Retried
from api.schemas.envelope import Data
from api.schemas.health import Health, Part, Readiness
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
from api.schemas.model import Model, ModelList
from api.schemas.page import (
    Page,
    PageDetail,
    PageLinks,
    PageList,
    Version,
    VersionDetail,
    VersionLinks,
    VersionList,
)
from domain.blocks import Action, Hero
from domain.call import CallStatus
from domain.check import Check, CheckKind
from domain.dead_letter import DeadLetterStatus
from domain.errors import ErrorType
from domain.estimate import Basis
from domain.event import Event, EventType
from domain.ids import DeadLetterId, JobId, PageId
from domain.job import JobKind, JobPriority, JobStatus
from domain.outline import Seo
from domain.page import PageDocument, Theme
from domain.route import SANDBOX_MODEL
from domain.step import OUTLINE_STEP, StepStatus

_ULID: Final = "01K3V8Z4M0E9C7B2Q5T1R6W8XY"
_JOB: Final = JobId(f"job_{_ULID}")
_PAGE: Final = PageId(f"page_{_ULID}")
_LETTER: Final = DeadLetterId(f"dlq_{_JOB}_1")
_AT: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_DONE: Final = _AT + timedelta(seconds=8)
_TEMPORAL: Final = "http://127.0.0.1:8233/namespaces/default/workflows"
_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_MODEL: Final = "openai:gpt-6-luna"
_CHECK: Final = Check(name="links", kind=CheckKind.SECTION, passed=True)

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
            "model": _MODEL,
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
    "other": {"summary": "Another model, a higher cap", "value": {"model": _MODEL, "maxCostUsd": 0.5}},
}
REVISE: Final[dict[str, Example]] = {
    "section": {
        "summary": "One section anew",
        "value": {"section": "prices", "instruction": "Name the smaller loaf first.", "baseVersion": 1},
    }
}
PUBLISH: Final[dict[str, Example]] = {"current": {"value": {}}, "older": {"value": {"version": 1}}}
DISCARD: Final[dict[str, Example]] = {"reason": {"value": {"reason": "The offer is over."}}}
NOTHING: Final[dict[str, Example]] = {"nothing": {"value": {}}}

_JOB_LINKS: Final = JobLinks(
    self=f"/api/ai/jobs/{_JOB}",
    events=f"/api/ai/jobs/{_JOB}/events",
    page=f"/api/pages/{_PAGE}",
    html=f"/api/pages/{_PAGE}/html?version=1",
    temporal=f"{_TEMPORAL}/{_JOB}",
)


def _job(status: JobStatus) -> Job:
    done = status is JobStatus.COMPLETED
    return Job(
        id=_JOB,
        page_id=_PAGE,
        kind=JobKind.GENERATE,
        status=status,
        round=1,
        cancel_requested=False,
        paused=status is JobStatus.PAUSED,
        route=(_MODEL,),
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
        model=_MODEL if done else None,
        ai=True,
        version=1 if done else None,
        created_at=_AT,
        started_at=_AT if done else None,
        finished_at=_DONE if done else None,
        updated_at=_DONE if done else _AT,
        links=_JOB_LINKS if done else _JOB_LINKS.model_copy(update={"html": None}),
    )


_CALL: Final = Call(
    round=1,
    step=OUTLINE_STEP,
    model=_MODEL,
    try_number=1,
    request=1,
    attempt=1,
    status=CallStatus.SUCCEEDED,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    charged_usd=Decimal("0.004210"),
    latency_ms=2100,
    started_at=_AT,
    settled_at=_AT + timedelta(seconds=2),
)
_STEP: Final = Step(
    step=OUTLINE_STEP,
    status=StepStatus.DONE,
    model=_MODEL,
    try_number=1,
    prompt_tokens=1180,
    completion_tokens=420,
    cost_usd=Decimal("0.004210"),
    calls=1,
    started_at=_AT,
    finished_at=_AT + timedelta(seconds=2),
)
_LINE: Final = ReceiptLine(
    step=OUTLINE_STEP,
    models=(_MODEL,),
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
    model=_MODEL,
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
_LETTER_EXAMPLE: Final = DeadLetter(
    dlq_job_id=_LETTER,
    job_id=_JOB,
    page_id=_PAGE,
    round=1,
    status=DeadLetterStatus.OPEN,
    can_retry=True,
    retry_needs=None,
    retry_cap_usd=None,
    error_type=ErrorType.RATE_LIMIT,
    message="openai:gpt-6-luna is asked too often",
    step="section:3",
    provider="openai",
    model=_MODEL,
    attempts=8,
    finished_sections=5,
    planned_sections=6,
    spent_usd=Decimal("0.021000"),
    retry_estimate_usd=Decimal("0.006500"),
    created_at=_DONE,
    closed_at=None,
    reason=None,
    links=DeadLetterLinks(
        self=f"/api/ai/dlq/{_LETTER}",
        job=f"/api/ai/jobs/{_JOB}",
        page=f"/api/pages/{_PAGE}",
        retry=f"/api/ai/dlq/{_LETTER}/retry",
        discard=f"/api/ai/dlq/{_LETTER}/discard",
        temporal=f"{_TEMPORAL}/{_LETTER}",
    ),
)
_PAGE_EXAMPLE: Final = Page(
    id=_PAGE,
    title="Harbour Bakery: bread from Example Bay",
    slug="harbour-bakery",
    language="en",
    current_version=1,
    published_version=1,
    published_at=_DONE,
    open_job=None,
    created_at=_AT,
    updated_at=_DONE,
    links=PageLinks(
        self=f"/api/pages/{_PAGE}",
        versions=f"/api/pages/{_PAGE}/versions",
        html=f"/api/pages/{_PAGE}/html",
        export=f"/api/pages/{_PAGE}/export.zip",
        published="/p/harbour-bakery",
    ),
)
_VERSION: Final = Version(
    page_id=_PAGE,
    number=1,
    job_id=_JOB,
    sha256=_SHA256,
    failed_checks=0,
    advice=1,
    created_at=_DONE,
    links=VersionLinks(
        self=f"/api/pages/{_PAGE}/versions/1", html=f"/api/pages/{_PAGE}/html?version=1", job=f"/api/ai/jobs/{_JOB}"
    ),
)
_DOCUMENT: Final = PageDocument(
    title="Harbour Bakery: bread from Example Bay",
    slug="harbour-bakery",
    language="en",
    seo=Seo(title="Harbour Bakery", description="Sourdough bread, baked overnight in Example Bay."),
    sections=(
        Hero(
            anchor="top",
            heading="Bread that takes its time",
            text="Sourdough, baked overnight.",
            action=Action(label="Order bread", href="https://order.example.com/"),
        ),
    ),
)
_EVENT: Final = Event(job_id=_JOB, seq=1, type=EventType.SUBMITTED, at=_AT, data={"pageId": _PAGE, "round": 1})

NEW_JOB: Final = Data(data=_job(JobStatus.WAITING))
PAUSED_JOB: Final = Data(data=_job(JobStatus.PAUSED))
JOBS: Final = Data(data=JobList(jobs=(_job(JobStatus.COMPLETED),)))
JOB_DETAIL: Final = Data(
    data=JobDetail(**dict(_job(JobStatus.COMPLETED)), steps=(_STEP,), calls=(_CALL,), receipt=_RECEIPT)
)
EVENT_STREAM: Final = f"event: submitted\ndata: {_EVENT.model_dump_json()}\nid: 1\n\n"
DEAD_LETTER: Final = Data(data=_LETTER_EXAMPLE)
DEAD_LETTERS: Final = Data(data=DeadLetterList(entries=(_LETTER_EXAMPLE,)))
DISCARDED: Final = Data(
    data=_LETTER_EXAMPLE.model_copy(
        update={"status": DeadLetterStatus.DISCARDED, "closed_at": _DONE, "reason": "The offer is over."}
    )
)
RETRIED: Final = Data(data=Retried(job_id=_JOB, round=2))
PAGES: Final = Data(data=PageList(pages=(_PAGE_EXAMPLE,)))
PAGE: Final = Data(data=_PAGE_EXAMPLE)
PAGE_DETAIL: Final = Data(data=PageDetail(**dict(_PAGE_EXAMPLE), checks=(_CHECK,)))
VERSIONS: Final = Data(data=VersionList(versions=(_VERSION,)))
VERSION: Final = Data(data=VersionDetail(**dict(_VERSION), document=_DOCUMENT, checks=(_CHECK,)))
MODELS: Final = Data(
    data=ModelList(
        models=(
            Model(name=_MODEL, provider="openai", ai=True, price_known=True),
            Model(name=SANDBOX_MODEL, provider="sandbox", ai=False, price_known=True),
        ),
        default_route=(_MODEL,),
    )
)
HEALTH: Final = Health(status="ok", version="0.1.0")
READY: Final = Readiness(status="ready", parts=(Part(name="database", ready=True), Part(name="temporal", ready=True)))

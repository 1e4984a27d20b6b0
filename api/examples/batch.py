"""Examples of the docs: batches, and what is done with many dead letters at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from fastapi.openapi.models import Example

from api.schemas.batch import (
    Batch,
    BatchCounts,
    BatchItem,
    BatchItemList,
    BatchLinks,
    BatchList,
    ReceivedBatch,
    Selection,
)
from api.schemas.envelope import Data
from domain.batch import BatchKind, BatchStatus, ItemStatus, LineProblem
from domain.dead_letter import RetryNeed
from domain.ids import BatchId, DeadLetterId, JobId
from domain.model import Document

_ID: Final = BatchId("batch_01K3V8Z4M0E9C7B2Q5T1R6W8XY")
_PATH: Final = f"/api/ai/batches/{_ID}"
_AT: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_JOB: Final = JobId("job_01K3V8Z4M0E9C7B2Q5T1R6W8XZ")


def _batch(kind: BatchKind, status: BatchStatus, counts: BatchCounts, **changes: object) -> Batch:
    usual: dict[str, Any] = {
        "id": _ID,
        "kind": kind,
        "status": status,
        "total": 200,
        "settled": counts.invalid + counts.completed + counts.failed + counts.cancelled + counts.skipped,
        "counts": counts,
        "cost_usd": Decimal("0.412300"),
        "failures": {},
        "per_second": 10,
        "in_flight": 50,
        "reason": None,
        "created_at": _AT,
        "started_at": _AT + timedelta(seconds=1),
        "finished_at": None,
        "updated_at": _AT + timedelta(seconds=1),
        "links": BatchLinks(
            self=_PATH,
            items=f"{_PATH}/items",
            temporal=f"http://127.0.0.1:8233/namespaces/default/workflows/{_ID}",
        ),
    }
    usual.update(changes)
    return Batch(**usual)


_UNDER_WAY: Final = BatchCounts(invalid=1, pending=129, running=20, completed=48, failed=2)
_REFUSED: Final = BatchItem(
    line=7,
    status=ItemStatus.INVALID,
    job_id=None,
    dlq_job_id=None,
    round=1,
    problems=(LineProblem(field="brief.prices.0.price", message="has to be text"),),
    attempts=0,
    error_type=None,
    error_message=None,
    cost_usd=Decimal(0),
    started_at=None,
    finished_at=None,
)
_FAILED: Final = BatchItem(
    line=8,
    status=ItemStatus.FAILED,
    job_id=_JOB,
    dlq_job_id=DeadLetterId(f"dlq_{_JOB}_1"),
    round=1,
    problems=(),
    attempts=1,
    error_type="RATE_LIMIT",
    error_message="openai:gpt-6-luna says that requests come too fast",
    cost_usd=Decimal("0.001200"),
    started_at=_AT,
    finished_at=_AT + timedelta(seconds=12),
)
_ACTIVE: Final = _batch(BatchKind.SUBMIT, BatchStatus.ACTIVE, _UNDER_WAY, failures={"RATE_LIMIT": 1, "TIMEOUT": 1})

RECEIVED: Final = Data(
    data=ReceivedBatch.with_problems(
        _batch(
            BatchKind.SUBMIT,
            BatchStatus.WAITING,
            BatchCounts(invalid=1, pending=199),
            cost_usd=Decimal(0),
            started_at=None,
        ),
        (),
    ).model_copy(update={"problems": (_REFUSED,)})
)
BATCH: Final = Data(data=_ACTIVE)
BATCHES: Final = Data(data=BatchList(batches=(_ACTIVE,)))
ITEMS: Final = Data(data=BatchItemList(items=(_REFUSED, _FAILED)))
PAUSED: Final = Data(data=_ACTIVE.model_copy(update={"status": BatchStatus.PAUSED}))
CANCELLING: Final = Data(data=_ACTIVE.model_copy(update={"status": BatchStatus.CANCELLING}))
RETRYING: Final = Data(
    data=_batch(BatchKind.RETRY, BatchStatus.WAITING, BatchCounts(pending=200), in_flight=None, started_at=None)
)
DISCARDING: Final = Data(
    data=_batch(
        BatchKind.DISCARD,
        BatchStatus.WAITING,
        BatchCounts(pending=200),
        in_flight=None,
        started_at=None,
        reason="The offer is over.",
    )
)
SELECTION: Final = Data(
    data=Selection(
        count=200,
        can_retry=200,
        spent_usd=Decimal("1.204000"),
        retry_estimate_usd=Decimal("2.310000"),
        without_estimate=0,
        by_error_type={"RATE_LIMIT": 188, "TIMEOUT": 12},
        skipped={RetryNeed.HIGHER_CAP: 3, RetryNeed.OTHER_ROUTE: 2},
    )
)

CANCEL: Final[dict[str, Example]] = {
    "waiting": {"summary": "Begin no further line", "value": {}},
    "running": {"summary": "Cancel what runs, too", "value": {"running": True}},
}
RETRY_MANY: Final[dict[str, Example]] = {
    "dry run": {"summary": "See what it would cost", "value": {"errorType": "RATE_LIMIT", "dryRun": True}},
    "filter": {
        "summary": "What one provider failed at since a moment",
        "value": {"provider": "openai", "since": "2026-03-02T09:00:00Z", "perSecond": 5},
    },
    "other route": {
        "summary": "All of them, on another route",
        "value": {"all": True, "model": "anthropic:claude-haiku-5-5"},
    },
}
DISCARD_MANY: Final[dict[str, Example]] = {
    "filter": {
        "summary": "What no retry would mend",
        "value": {"errorType": "MODEL_ERROR", "reason": "The offer is over."},
    },
}

_REQUESTS: Final = [
    {"brief": "Harbour Bakery sells sourdough bread in Example Bay.", "priority": "low"},
    {"name": "Example Cycles", "offer": "Bicycles repaired while you wait"},
]
_ARRAY: Final[dict[str, Any]] = {
    "type": "array",
    "minItems": 1,
    "description": "At most 10,000 lines: more are too much content, 413.",
    "items": {
        "anyOf": [
            {"type": "object", "description": "What `POST /api/ai/jobs` takes, or a brief."},
            {"type": "string", "description": "A brief."},
            {"description": "Anything else is reported as a line that cannot be taken."},
        ]
    },
}
LINES: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": _ARRAY,
            "examples": {"array": {"summary": "A request and a brief", "value": _REQUESTS}},
        },
        "application/x-ndjson": {
            "schema": {"type": "string", "pattern": r"\S"},
            "examples": {
                "lines": {
                    "summary": "One request or brief a line",
                    "value": '{"brief": "Harbour Bakery sells sourdough bread in Example Bay."}\n"Example Cycles"\n',
                }
            },
        },
    },
}


def shown(kind: type[Document], example: Document) -> dict[str, Any]:
    """Return the docs of a second kind of success."""
    return {
        "model": kind,
        "description": HTTPStatus.OK.phrase,
        "content": {"application/json": {"example": example.model_dump_json()}},
    }

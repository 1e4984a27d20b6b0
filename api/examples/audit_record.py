"""The example of an audit record in the docs."""

from datetime import UTC, datetime
from typing import Final

from api.schemas.audit import AuditRecord, AuditRecordList
from api.schemas.envelope import Data
from domain.ids import TokenId, UserId

_JOB: Final = "job_01K3V8Z4M0E9C7B2Q5T1R6W8XY"

RECORDS: Final = Data(
    data=AuditRecordList(
        records=(
            AuditRecord(
                id="audit_01K3V90Q2B6N8M4C1X7Z5A3D0F",
                at=datetime(2026, 3, 2, 9, 31, tzinfo=UTC),
                user=UserId("ops@example.com"),
                token_id=TokenId("tok_01K3V8W1T4"),
                address="192.0.2.10",
                method="POST",
                route="/api/ai/jobs/{job}/pause",
                target=_JOB,
                targets={"job": _JOB},
                before={"paused": False},
                after={"paused": True},
                status=202,
            ),
        )
    )
)

"""Audit records over HTTP."""

from datetime import datetime

from pydantic import Field, JsonValue

from api.schemas.envelope import Listing
from domain.ids import UserId
from domain.model import Document
from storage.audit import AuditRecordRow


class AuditRecord(Document):
    """One change: who made it, when, from where, to what, and what was different then."""

    id: str
    at: datetime
    user: UserId
    token_id: str | None = Field(description="The token it was made with; null for the owner's, and for a command.")
    address: str | None = Field(
        description="Where the request came from; for a command on the machine itself, which machine."
    )
    method: str = Field(description="Of the request; `CLI` for a command on the machine itself.")
    route: str = Field(description="The path with the names of its parameters, or the command.")
    target: str | None = Field(description="What was changed or made.")
    targets: dict[str, str] = Field(description="Parameters of the path.")
    before: dict[str, JsonValue] | None = Field(description="What changed, as it was; null where the route tells none.")
    after: dict[str, JsonValue] | None = Field(description="The same as it is since.")
    status: int = Field(description="Of the answer.")

    @classmethod
    def of(cls, row: AuditRecordRow) -> "AuditRecord":
        """Return a stored record."""
        return cls.model_validate(row.model_dump())


class AuditRecordList(Listing):
    """Audit records, newest first."""

    records: tuple[AuditRecord, ...]

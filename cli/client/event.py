"""Events as the API tells them, one a change of a job."""

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from domain.model import Document


class PlannedSection(Document):
    """A section the outline brings."""

    step: str
    type: str | None = None
    heading: str | None = None


class Facts(Document):
    """What an event tells; which fields are there depends on its type."""

    round: int | None = None
    route: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    step: str | None = None
    model: str | None = None
    try_number: int | None = Field(default=None, alias="try")
    request: int = 1
    status: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: Decimal | None = None
    charged_usd: Decimal = Decimal(0)
    error_type: str | None = None
    message: str | None = None
    retry_in_seconds: float | None = None
    sections: tuple[PlannedSection, ...] = ()
    page_id: str | None = None
    version: int | None = None
    slug: str | None = None
    dead_letter_id: str | None = None


class Event(Document):
    """One entry of a job's story."""

    seq: int
    type: str
    at: datetime
    facts: Facts = Field(default=Facts(), alias="data")

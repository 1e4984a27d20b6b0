"""What a dead letter holds, and what may become of it."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from domain.dead_letter import DeadLetterStatus
from domain.ids import DeadLetterId, JobId, UserId
from domain.model import Document
from domain.money import NanoUsd
from domain.route import ModelName, Route
from workflows.contracts.page import PageInput, StepFailure


class DeadLetterInput(Document):
    """A failed round with everything already paid for: `page` carries the outline and the finished sections."""

    page: PageInput
    failure: StepFailure


class RetryRequest(Document):
    """What a retry may change."""

    route: Route | None = None
    request_seconds: Mapping[ModelName, float] = Field(default_factory=dict[ModelName, float])
    max_cost: NanoUsd | None = None
    by: UserId


class RetryResult(Document):
    """The round a retry started."""

    job_id: JobId
    round: int


class DiscardRequest(Document):
    """Why a dead letter is given up."""

    reason: Annotated[str, Field(max_length=500)]
    by: UserId


class Decided(Document):
    """What the row of a dead letter says of it, written by whoever sends this."""

    status: DeadLetterStatus


class ReopenInput(Document):
    """Take a failed job up again as the given round."""

    letter: DeadLetterId
    page: PageInput
    by: UserId


class CloseLetterInput(Document):
    """Close a dead letter without a retry."""

    letter: DeadLetterId
    reason: str
    by: UserId

"""The receipt of a job: what was asked for, what it cost and what of it was charged."""

from domain.estimate import Estimate
from domain.ids import JobId
from domain.job import JobStatus
from domain.model import Document
from domain.money import NanoUsd
from domain.route import ModelName


class Spent(Document):
    """What some calls took together. Money is in nano-USD.

    `unknown_cost_calls` are requests whose cost no one told us (lost, cancelled, or without a price): the vendor may
    still bill them.
    """

    calls: int
    retries: int
    prompt_tokens: int
    completion_tokens: int
    cost: NanoUsd
    charged: NanoUsd
    unknown_cost_calls: int
    duration_ms: int


class ReceiptLine(Spent):
    """What one step took."""

    step: str
    models: tuple[ModelName, ...]


class Receipt(Spent):
    """All rounds of a job together."""

    job_id: JobId
    status: JobStatus
    rounds: int
    estimate: Estimate | None = None
    """What the job was thought to cost when it was submitted; None when nothing was kept."""
    lines: tuple[ReceiptLine, ...]

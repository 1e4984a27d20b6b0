"""What a batch is told and how far it is."""

from domain.ids import BatchId, TenantId
from domain.model import Document


class BatchInput(Document):
    """A batch and how far it is. No briefs: its lines are rows."""

    batch_id: BatchId
    tenant: TenantId
    cursor: int = 0
    """Every line up to this one was handed out."""
    paused: bool = False
    cancelled: bool = False
    turns_per_run: int = 500
    """After so many turns the workflow goes on as a new run, so that no history grows long."""


class TurnInput(Document):
    """One turn of a batch: settle the lines that have ended, and begin further ones."""

    batch_id: BatchId
    cursor: int
    begins: bool = True
    """Whether lines that have not begun may; those whose start is under way are driven on in any case."""
    pace: str = ""
    """Name of the pace of the turn before: the process that has it knows when the last lines were begun."""


class TurnResult(Document):
    """Where a batch stands after a turn."""

    cursor: int
    waiting: int
    """Lines that are not handed out yet."""
    running: int
    changed: int
    """Lines that were handed out or settled in the turn."""
    is_full: bool = False
    """Whether it was the rate that ended the turn: the next one may follow at once."""
    pace: str = ""
    """Name of the pace that the lines were begun at."""
    cancelled: bool = False
    """Whether the batch's row asks for its end: the signal may have been lost."""


class BatchRef(Document):
    """One batch."""

    batch_id: BatchId

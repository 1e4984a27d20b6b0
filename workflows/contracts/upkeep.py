"""What the routines of an installation answer, and activities that only write."""

from domain.model import Document


class Held(Document):
    """The answer of an activity that only writes. `held` is False when there is nothing left to hold."""

    held: bool = True


class Reconciled(Document):
    """How many of each a reconcile mended."""

    refused: int = 0
    """Submits that never reached Temporal."""
    restarted: int = 0
    """Open jobs without a workflow, taken up from their stored sections."""
    dead_lettered: int = 0
    """Rounds that ended without saying so."""
    cancelled: int = 0
    """Cancelled jobs whose workflow could not write it down."""
    rebuilt: int = 0
    """Workflows without a row."""
    reheld: int = 0
    """Open dead letters without a workflow."""
    queues: int = 0
    """Queues whose rate in Temporal was not the one their operator had set."""
    schedules: int = 0
    """Schedules that Temporal lacked, had otherwise, or that nobody has any more."""
    batches: int = 0
    """Batches without a workflow, and those whose lines were never all sent."""


class Housekept(Document):
    """How much a turn of housekeeping cleared away."""

    erased: int = 0
    """Removed jobs whose texts and workflow histories are gone."""
    expired: int = 0
    """Dead letters that were closed long ago."""
    probes: int = 0
    """Probes of more than a day ago."""

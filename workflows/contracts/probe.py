"""What a turn of probes asks, and what it saw."""

from domain.errors import ErrorType
from domain.model import Document
from domain.route import ModelName


class ProbeInput(Document):
    """One probe: a tiny request to one model, to see whether its provider answers."""

    model: ModelName
    request_seconds: float


class ProbePlan(Document):
    """The probes of one turn, at most one of each provider; none of those an operator holds back."""

    probes: tuple[ProbeInput, ...] = ()


class ProbeResult(Document):
    """What a probe saw. `is_up` is None where no request was made, or nobody saw its end: then it says nothing."""

    model: ModelName
    is_up: bool | None = None
    error_type: ErrorType | None = None
    message: str | None = None


class ProbeTurn(Document):
    """What the probes of one turn saw."""

    results: tuple[ProbeResult, ...] = ()

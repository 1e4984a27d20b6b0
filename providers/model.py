"""What every model can do for us: answer one request, or say in one of our error types why not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from domain.call import Usage
from domain.errors import ErrorType, Failure
from domain.money import NanoUsd
from domain.task import Task


@dataclass(frozen=True, slots=True)
class Correction:
    """The second request of a try: the first output and what was wrong with it."""

    output: str
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request. `max_tokens` bounds the completion."""

    task: Task
    max_tokens: int
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from, as far as its vendor says: the answer's id, the model's name, why it ended there."""

    answer: str | None = None
    model: str | None = None
    finish_reason: str | None = None


UNTOLD: Final = Provenance()


@dataclass(frozen=True, slots=True)
class ModelResponse:
    """A complete answer: JSON text to be validated, never a truncated one. `cost` is None when no price is known."""

    output: str
    usage: Usage
    cost: NanoUsd | None
    provenance: Provenance = UNTOLD


class ModelRequestError(Exception):
    """A request that got no usable answer.

    `usage`, `cost` and `provenance` are what the vendor reported of it all the same, for example for a truncated
    answer; None when nothing is known. A vendor's own text never gets into `failure`.
    """

    def __init__(
        self,
        failure: Failure,
        *,
        retry_after: timedelta | None = None,
        usage: Usage | None = None,
        cost: NanoUsd | None = None,
        provenance: Provenance = UNTOLD,
    ) -> None:
        """Say what failed, when the vendor wants to be asked again, and what it counted."""
        super().__init__(failure.message)
        self.failure = failure
        self.retry_after = retry_after
        self.usage = usage
        self.cost = cost
        self.provenance = provenance

    @property
    def type(self) -> ErrorType:
        """The failure's type."""
        return self.failure.type


class LanguageModel(Protocol):
    """One model of one provider. Makes exactly one vendor request a call; never retries by itself."""

    async def request(self, request: ModelRequest) -> ModelResponse:
        """Answer `request`. Raises ModelRequestError; asyncio.CancelledError aborts the request in flight."""
        ...

    def upper_bound(self, request: ModelRequest) -> NanoUsd | None:
        """Return the most `request` can cost in nano-USD, or None when the model has no known price."""
        ...

    async def probe(self) -> ModelResponse:
        """Make a tiny request, only to see that it is answered; a cut answer is one. Raises as `request` does."""
        ...

    def probe_bound(self) -> NanoUsd | None:
        """Return the most a probe can cost in nano-USD, or None when the model has no known price."""
        ...

"""How a job is to be done, as a request says it."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from api.schemas.envelope import Command
from domain.errors import ErrorType
from domain.job import JobPriority, SandboxFaults
from domain.route import ModelName, Route

_LARGEST_SEED = 2**53 - 1
"""The largest integer every JSON reader keeps exactly."""

Share = Annotated[float, Field(ge=0, le=1)]


class SandboxOptions(Command):
    """Faults the sandbox model is asked to show, for demonstrations, load and chaos."""

    latency_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    error_rates: Annotated[
        dict[ErrorType, Share], Field(description="Share of requests that fail, by type; together at most 1.")
    ] = Field(default_factory=dict[ErrorType, float])
    invalid_rate: Annotated[Share, Field(description="Share of requests answered with an unusable output.")] = 0

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if sum(self.error_rates.values()) > 1:
            message = "the error rates together are more than 1"
            raise ValueError(message)
        return self

    def faults(self) -> SandboxFaults:
        """Return what the sandbox model is given."""
        return SandboxFaults(
            latency_ms=self.latency_ms, error_rates=dict(self.error_rates), invalid_rate=self.invalid_rate
        )


class RouteOptions(Command):
    """Which models are asked, in which order, and what they may cost: `route`, or `model` with `fallback`."""

    route: Annotated[Route | None, Field(description="Models in the order they are tried.")] = None
    model: Annotated[ModelName | None, Field(description="The first model of the route.")] = None
    fallback: Annotated[
        tuple[ModelName, ...], Field(max_length=7, description="Models after the first one, in order.")
    ] = ()
    max_cost_usd: Annotated[
        Decimal | None,
        Field(gt=0, decimal_places=9, description="Cap of the job over all its rounds; passing it is COST_LIMIT."),
    ] = None

    @property
    def names_models(self) -> bool:
        """Whether the request says anything about models."""
        return self.route is not None or self.model is not None or bool(self.fallback)

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.route is not None and (self.model is not None or self.fallback):
            message = "give either route, or model and fallback"
            raise ValueError(message)
        return self


class GenerationOptions(RouteOptions):
    """Everything that can be said about how pieces of a page are written."""

    seed: Annotated[
        int,
        Field(ge=0, le=_LARGEST_SEED, description="The sandbox model writes the same for the same brief and seed."),
    ] = 0
    tries: Annotated[int | None, Field(ge=1, le=10, description="Tries on each model of the route.")] = None
    priority: Annotated[
        JobPriority, Field(description="Which waiting jobs go first; those of one priority take turns by tenant.")
    ] = JobPriority.NORMAL
    sandbox: SandboxOptions = SandboxOptions()

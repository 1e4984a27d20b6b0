"""How a job is to be done, as a request says it."""

from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, WithJsonSchema, model_validator

from api.schemas.envelope import Command, Number
from domain.errors import ErrorType
from domain.job import JobPriority, SandboxFaults
from domain.route import ModelName, Route

_LARGEST_SEED = 2**53 - 1
"""The largest integer every JSON reader keeps exactly."""

_SMALLEST_CAP: Final = Decimal("0.000000001")
_NO_CAP: Final = Decimal(10**12)
"""From here on every digit is left as it is: no cap may be so high."""

Share = Annotated[float, Field(ge=0, le=1), Number]


def _whole_nanos(usd: Decimal) -> Decimal:
    """Return a cap as money is counted, rounded down: numbers of other programs have any number of decimals."""
    return usd if usd > _NO_CAP else usd.quantize(_SMALLEST_CAP, ROUND_FLOOR)


Cap = Annotated[
    Decimal,
    Field(ge=_SMALLEST_CAP),
    AfterValidator(_whole_nanos),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": float(_SMALLEST_CAP)},
                {"type": "string", "pattern": r"^([1-9][0-9]{0,8}(\.[0-9]{1,9})?|0\.[0-9]{0,8}[1-9])$"},
            ]
        }
    ),
]
"""USD, as a number or as the text of one, down to a billionth; what is smaller than that is left off."""


class SandboxOptions(Command):
    """Faults the sandbox model is asked to show, for demonstrations, load and chaos."""

    latency_ms: Annotated[int, Field(ge=0, le=60_000), Number] = 0
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


TWO_WAYS: Final[dict[str, JsonValue]] = {
    "required": ["route"],
    "properties": {"route": {"type": "array"}},
    "anyOf": [
        {"required": ["model"], "properties": {"model": {"type": "string"}}},
        {"required": ["fallback"], "properties": {"fallback": {"minItems": 1}}},
    ],
}
"""What no request may say, as a JSON schema: a route in both ways."""


class RouteOptions(Command):
    """Which models are asked, in which order, and what they may cost: `route`, or `model` with `fallback`."""

    model_config = ConfigDict(json_schema_extra={"not": TWO_WAYS})

    route: Annotated[Route | None, Field(description="Models in the order they are tried.")] = None
    model: Annotated[ModelName | None, Field(description="The first model of the route.")] = None
    fallback: Annotated[
        tuple[ModelName, ...],
        Field(
            max_length=7,
            description="Models after the first one, in order.",
            json_schema_extra={"uniqueItems": True},
        ),
    ] = ()
    max_cost_usd: Annotated[
        Cap | None, Field(description="Cap of the job over all its rounds, in USD; passing it is COST_LIMIT.")
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
        Number,
    ] = 0
    tries: Annotated[int | None, Field(ge=1, le=10, description="Tries on each model of the route."), Number] = None
    priority: Annotated[
        JobPriority, Field(description="Which waiting jobs go first; those of one priority take turns by tenant.")
    ] = JobPriority.NORMAL
    sandbox: SandboxOptions = SandboxOptions()

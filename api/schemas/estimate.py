"""Estimates over HTTP."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from activities.forecast import Forecast, RouteForecast
from api.schemas.envelope import Usd, dollars
from api.schemas.job import BriefSource
from api.schemas.options import RouteOptions
from domain.estimate import Basis, CostRange, Counts, StepEstimate, UsageRange, basis_of
from domain.model import Document
from domain.money import NanoUsd
from domain.route import ModelName


class EstimateRequest(RouteOptions):
    """What `POST /api/ai/estimate` takes: a brief and, as at submit, what it is to be written by."""

    brief: BriefSource
    language: Annotated[
        str | None, Field(max_length=35, description="BCP 47 tag of the page; without it, the brief's.")
    ] = None


class CostEstimate(Document):
    """A range in USD. All three are null while a model of the route has no price: nobody knows, and it is not zero."""

    low_usd: Usd | None
    expected_usd: Usd | None
    high_usd: Usd | None


class TokenRange(Document):
    """Tokens of one step."""

    low: int
    expected: int
    high: int


class EstimatedStep(CostEstimate):
    """Steps of one kind: `outline`, a block type, or `section` for those whose type is not known yet.

    Tokens are one step's; money is that of all of them.
    """

    step: str
    count: Counts
    basis: Basis
    samples: int = Field(description="Finished steps of this kind it stands on; 0 for a heuristic.")
    prompt_tokens: TokenRange
    completion_tokens: TokenRange

    @classmethod
    def of(cls, step: StepEstimate) -> "EstimatedStep":
        """Return the estimate of steps of one kind."""
        return EstimatedStep(
            step=step.kind,
            count=step.counts,
            basis=step.basis,
            samples=step.samples,
            prompt_tokens=_prompts(step.usage),
            completion_tokens=_completions(step.usage),
            **priced(step.cost),
        )


class ModelEstimate(CostEstimate):
    """What the job would cost if this model of the route wrote all of it."""

    model: ModelName
    basis: Basis
    samples: int = Field(description="Finished steps of this model the tenant has.")

    @classmethod
    def of(cls, forecast: Forecast) -> "ModelEstimate":
        """Return the estimate of one model."""
        return ModelEstimate(
            model=forecast.model,
            basis=basis_of(forecast.steps),
            samples=forecast.experience,
            **priced(forecast.cost),
        )


class Estimate(CostEstimate):
    """What a brief will cost. Nothing was asked and nothing is stored.

    `lowUsd` and `expectedUsd` are those of the route's first model, `highUsd` is that of its dearest one. Requests that
    have to be made again after a failure are in it only as far as history has them.
    """

    route: tuple[ModelName, ...]
    basis: Basis
    samples: int
    max_cost_usd: Usd
    """What the job may cost at most: it stops before the request that could pass it."""
    unpriced_models: tuple[ModelName, ...]
    models: tuple[ModelEstimate, ...]
    steps: tuple[EstimatedStep, ...] = Field(description="Of the route's first model.")

    @classmethod
    def of(cls, found: RouteForecast, cap: NanoUsd) -> "Estimate":
        """Return the estimate of a job with a cap."""
        first = found.first
        return Estimate(
            route=tuple(forecast.model for forecast in found.forecasts),
            basis=basis_of(first.steps),
            samples=first.experience,
            max_cost_usd=dollars(cap),
            unpriced_models=found.unpriced,
            models=tuple(ModelEstimate.of(forecast) for forecast in found.forecasts),
            steps=tuple(EstimatedStep.of(step) for step in first.steps),
            **priced(found.cost),
        )


def priced(cost: CostRange | None) -> dict[str, Decimal | None]:
    """Return the fields of a range of costs."""
    if cost is None:
        return {"low_usd": None, "expected_usd": None, "high_usd": None}
    return {"low_usd": dollars(cost.low), "expected_usd": dollars(cost.expected), "high_usd": dollars(cost.high)}


def _prompts(usage: UsageRange) -> TokenRange:
    low, expected, high = (one.prompt_tokens for one in (usage.low, usage.expected, usage.high))
    return TokenRange(low=low, expected=expected, high=high)


def _completions(usage: UsageRange) -> TokenRange:
    low, expected, high = (one.completion_tokens for one in (usage.low, usage.expected, usage.high))
    return TokenRange(low=low, expected=expected, high=high)

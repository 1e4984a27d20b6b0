"""Forecasts: what a job will cost on a route, before anything is asked or stored."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.blocks import BlockType
from domain.brief import Brief
from domain.call import Usage
from domain.estimate import (
    OUTLINE_KIND,
    SECTION_KIND,
    Basis,
    CostRange,
    Counts,
    Estimate,
    History,
    StepEstimate,
    UsageRange,
    basis_of,
    counts_of,
    spread,
)
from domain.ids import TenantId
from domain.money import NanoUsd
from domain.route import ModelName, Route
from providers.catalogue import Catalogue
from providers.expectation import brief_tokens, expected_usage, expected_usage_of_any
from storage.database import Database

ENOUGH: Final = 5
"""Finished steps, or pages, from which on history counts more than sizes."""
_REMEMBERED_SECONDS: Final = 60.0
_MOST_REMEMBERED: Final = 1_000
_SHORT_BRIEF: Final = 400
"""Bytes: about a sentence or two, for which the outline is told to plan three sections, else four to eight."""
_FEW_SECTIONS: Final = Counts(low=2, expected=3, high=4)
_SECTIONS: Final = Counts(low=4, expected=6, high=8)
_ONE: Final = Counts(low=1, expected=1, high=1)


@dataclass(frozen=True, slots=True)
class Experience:
    """What a tenant's finished steps on a model took, summed up by kind of step."""

    steps: int
    by_kind: dict[str, tuple[int, UsageRange]]
    """With how many steps of the kind there are."""
    sections: Counts | None
    """Of a page; None without enough pages."""

    @classmethod
    def of(cls, history: History) -> "Experience":
        """Sum a history up; a kind with too few steps is left out."""
        by_type = {block: [one for one in history.samples if one.block_type is block] for block in (None, *BlockType)}
        kinds = {kind_of(block): samples for block, samples in by_type.items()}
        kinds[SECTION_KIND] = [one for one in history.samples if one.block_type is not None]
        known = {kind: (len(found), spread(found)) for kind, found in kinds.items() if len(found) >= ENOUGH}
        sections = counts_of(history.sections) if len(history.sections) >= ENOUGH else None
        return cls(len(history.samples), known, sections)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a job may cost on one model. `cost` is None without a price."""

    model: ModelName
    steps: tuple[StepEstimate, ...]
    experience: int
    """Finished steps of the model that the tenant has."""
    cost: CostRange | None


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What a job may cost on each model of a route, and on the route: the first one writes, others may have to.

    `cost` is None when any model of the route has no price.
    """

    forecasts: tuple[Forecast, ...]
    cost: CostRange | None

    @property
    def first(self) -> Forecast:
        """The model that is asked first."""
        return self.forecasts[0]

    @property
    def unpriced(self) -> tuple[ModelName, ...]:
        """Models without a price."""
        return tuple(forecast.model for forecast in self.forecasts if forecast.cost is None)

    @property
    def estimate(self) -> Estimate:
        """What is kept with a job."""
        first = self.first
        return Estimate(model=first.model, basis=basis_of(first.steps), samples=first.experience, cost=self.cost)


class Forecaster:
    """Says what jobs will cost. Make one a process: it remembers what it has read of the history for a minute."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Callable[[], float] = time.monotonic) -> None:
        """Read history from `database` and prices from `catalogue`; `clock` counts seconds."""
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._remembered: dict[tuple[TenantId, ModelName], tuple[float, Experience]] = {}

    async def page(self, tenant: TenantId, brief: Brief, route: Route) -> RouteForecast:
        """Return what a new page may cost."""
        return await self._route(tenant, brief, route, None)

    async def section(self, tenant: TenantId, brief: Brief, route: Route, block: BlockType) -> RouteForecast:
        """Return what writing one section again may cost."""
        return await self._route(tenant, brief, route, block)

    async def _route(
        self, tenant: TenantId, brief: Brief, route: Sequence[ModelName], block: BlockType | None
    ) -> RouteForecast:
        forecasts: list[Forecast] = []
        for model in route:
            known = await self._experience(tenant, model)
            plan = plan_of(brief, known) if block is None else {block.value: _ONE}
            forecasts.append(self._forecast(model, plan, known, brief))
        return RouteForecast(tuple(forecasts), _on_route(forecasts))

    async def _experience(self, tenant: TenantId, model: ModelName) -> Experience:
        now, key = self._clock(), (tenant, model)
        until, known = self._remembered.get(key, (0.0, None))
        if known is None or until <= now:
            async with self._database.read() as uow:
                known = Experience.of(await uow.step_history.of_model(tenant, model))
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = (now + _REMEMBERED_SECONDS, known)
        return known

    def _forecast(self, model: ModelName, plan: dict[str, Counts], known: Experience, brief: Brief) -> Forecast:
        steps = tuple(self._step(model, kind, counts, known, brief) for kind, counts in plan.items())
        costs = [step.cost for step in steps if step.cost is not None]
        whole = sum(costs[1:], costs[0]) if len(costs) == len(steps) else None
        return Forecast(model, steps, known.steps, whole)

    def _step(self, model: ModelName, kind: str, counts: Counts, known: Experience, brief: Brief) -> StepEstimate:
        samples, usage = usage_of(kind, known, brief)
        each = self._cost(model, usage)
        return StepEstimate(
            kind=kind,
            counts=counts,
            basis=Basis.HISTORY if samples else Basis.HEURISTIC,
            samples=samples,
            usage=usage,
            cost=None if each is None else each.times(counts),
        )

    def _cost(self, model: ModelName, usage: UsageRange) -> CostRange | None:
        low, expected, high = (self._catalogue.cost_of(model, one) for one in (usage.low, usage.expected, usage.high))
        if low is None or expected is None or high is None:
            return None
        return CostRange(low=min(low, expected), expected=expected, high=max(expected, high))


def kind_of(block: BlockType | None) -> str:
    """Return the kind of a step; None is the outline."""
    return OUTLINE_KIND if block is None else block.value


def plan_of(brief: Brief, known: Experience) -> dict[str, Counts]:
    """Return how many steps of each kind a page for `brief` may have.

    They are the outline, the hero, what the brief asks for, and sections of any type up to the number pages had before,
    or that the outline is told to plan.
    """
    asked = [block for block in brief.sections if block is not BlockType.HERO and _has_facts(block, brief)]
    size = len(brief.model_dump_json(exclude_defaults=True).encode())
    whole = known.sections or (_FEW_SECTIONS if size < _SHORT_BRIEF else _SECTIONS)
    named = 1 + len(asked)
    plan = {OUTLINE_KIND: _ONE, BlockType.HERO.value: _ONE}
    plan |= {block.value: Counts(low=n, expected=n, high=n) for block, n in Counter(asked).items()}
    others = Counts(
        low=max(whole.low - named, 0), expected=max(whole.expected - named, 0), high=max(whole.high - named, 0)
    )
    return plan | ({SECTION_KIND: others} if others.high else {})


def usage_of(kind: str, known: Experience, brief: Brief) -> tuple[int, UsageRange]:
    """Return what one step of a kind may take, and on how many finished steps that stands: 0 for sizes alone.

    A type nobody wrote often enough yet is taken to be like any section. History tells how long prompts and answers
    are; a prompt is no shorter than this brief, which may be larger than those before.
    """
    is_any = kind == SECTION_KIND
    block = None if kind == OUTLINE_KIND or is_any else BlockType(kind)
    sized = expected_usage_of_any(brief) if is_any else expected_usage(block, brief)
    found = known.by_kind.get(kind) or (None if kind == OUTLINE_KIND else known.by_kind.get(SECTION_KIND))
    if found is None:
        return 0, sized
    samples, usage = found
    least = brief_tokens(brief)
    return samples, UsageRange(
        low=usage.low, expected=_with_prompt(usage.expected, least), high=_with_prompt(usage.high, least)
    )


def _with_prompt(usage: Usage, least: int) -> Usage:
    return usage.model_copy(update={"prompt_tokens": max(usage.prompt_tokens, least)})


def _has_facts(block: BlockType, brief: Brief) -> bool:
    """Whether a section may be planned, as far as a glance tells: to read a brief for its facts takes too long here."""
    return {BlockType.TESTIMONIALS: bool(brief.quotes), BlockType.TEAM: bool(brief.people)}.get(block, True)


def _on_route(forecasts: Sequence[Forecast]) -> CostRange | None:
    costs = [forecast.cost for forecast in forecasts if forecast.cost is not None]
    if len(costs) < len(forecasts):
        return None
    return costs[0].model_copy(update={"high": NanoUsd(max(cost.high for cost in costs))})

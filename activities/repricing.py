"""Past calls priced again, each by the price of its day. Nothing is written: what was stored stays what was billed."""

from dataclasses import dataclass
from typing import Final

from domain.call import Usage
from domain.money import NanoUsd
from domain.route import SANDBOX_PROVIDER, ModelName, provider_of
from domain.usage import Period
from providers.prices import Prices
from storage.call import CallRow
from storage.database import Database

_CALLS_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class RepricedModel:
    """What the calls of one model cost, in nano-USD: as stored, and by the prices of their days."""

    model: ModelName
    calls: int = 0
    stored: int = 0
    recomputed: int = 0
    unpriced_calls: int = 0
    """Calls that have no price by today's list either: they are in no sum."""


async def reprice(database: Database, prices: Prices, period: Period) -> list[RepricedModel]:
    """Return, by model, what all tenants' calls of a period with counted tokens cost then and by the price of the day.

    An override of settings counts for every day, and takes the place of the list.
    """
    models: dict[ModelName, RepricedModel] = {}
    after = 0
    while True:
        async with database.read() as uow:
            calls = await uow.calls.counted(period.begin, period.end, after, _CALLS_AT_ONCE)
        if not calls:
            return [models[name] for name in sorted(models)]
        for call in calls:
            _add(models.setdefault(call.full_model, RepricedModel(call.full_model)), call, prices)
        after = calls[-1].id or 0


def _add(model: RepricedModel, call: CallRow, prices: Prices) -> None:
    cost = _cost(call, prices)
    model.calls += 1
    if cost is None:
        model.unpriced_calls += 1
    else:
        model.stored += call.cost or 0
        model.recomputed += cost


def _cost(call: CallRow, prices: Prices) -> NanoUsd | None:
    if provider_of(call.full_model) == SANDBOX_PROVIDER:
        return NanoUsd(0)
    usage = Usage(
        prompt_tokens=call.prompt_tokens,
        completion_tokens=call.completion_tokens,
        cached_tokens=call.cached_tokens,
        cache_write_tokens=call.cache_write_tokens,
        reasoning_tokens=call.reasoning_tokens,
    )
    return prices.cost_of(call.full_model, usage, call.started_at)

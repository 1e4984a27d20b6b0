"""What requests cost: the price list of genai-prices, with overrides from settings. Never asks the network.

The list tells since when a price holds, so that a request of the past is priced as on its day. An override holds for
every day: settings have no past.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from typing import Final

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelPrice, StartDateConstraint, TieredPrices

from domain.call import Usage
from domain.money import NanoUsd, nano_ceiling, nano_from_usd
from domain.route import ModelName, bare_name, provider_of
from settings import PriceOverride

PRICE_LIST: Final = "genai-prices"

_LISTED: Final = frozenset({"openai", "anthropic", "google"})
"""Providers the price list names as we do. Others may serve a listed model's name at another price."""
_MILLION: Final = 1_000_000
_FRAMING_TOKENS: Final = 2_048
"""What a vendor may add to a prompt on its own: turn markers, and the words around an output schema."""


class PriceSource(StrEnum):
    """Where a price comes from."""

    LIST = PRICE_LIST
    OVERRIDE = "override"
    """`PAGEWRIGHT_PRICE_OVERRIDES`."""
    FREE = "free"
    """The sandbox asks nobody."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a model costs, in USD a million tokens."""

    source: PriceSource
    prompt: Decimal
    completion: Decimal
    cached: Decimal
    """Of prompt tokens read from the vendor's cache; as `prompt` where it makes no difference."""
    has_tiers: bool = False
    """Whether long prompts cost more than is said here."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The edition of the price list in use."""

    version: str
    newest_change: date
    """The newest price change it knows that holds today: it was made on that day or later."""


FREE: Final = Quote(PriceSource.FREE, Decimal(0), Decimal(0), Decimal(0))


class Prices:
    """Prices by model. Unknown is None, never zero."""

    def __init__(self, overrides: Mapping[ModelName, PriceOverride]) -> None:
        """Take the overrides, in USD a million tokens."""
        self._overrides = dict(overrides)

    def knows(self, model: ModelName) -> bool:
        """Whether `model` has a price for its prompt and for its completion."""
        return self._usd(model, PricedUsage(input_tokens=0, output_tokens=0)) is not None

    def quote(self, model: ModelName, at: datetime) -> Quote | None:
        """Return the price of `model` at a time; None without one."""
        override = self._overrides.get(model)
        if override is not None:
            cached = override.prompt if override.cached is None else override.cached
            return Quote(PriceSource.OVERRIDE, override.prompt, override.completion, cached)
        listed = _listed(model, at)
        return None if listed is None else _quote(listed)

    def cost_of(self, model: ModelName, usage: Usage, at: datetime | None = None) -> NanoUsd | None:
        """Return what `usage` costs in nano-USD by the price of `at`, None meaning now; None without a price."""
        price = self._usd(
            model,
            PricedUsage(
                input_tokens=usage.prompt_tokens,
                cache_read_tokens=usage.cached_tokens,
                cache_write_tokens=usage.cache_write_tokens,
                output_tokens=usage.completion_tokens,
                output_reasoning_tokens=usage.reasoning_tokens,
            ),
            at,
        )
        return None if price is None else nano_from_usd(price)

    def upper_bound(self, model: ModelName, prompt_bytes: int, max_tokens: int) -> NanoUsd | None:
        """Return the most a request can cost in nano-USD; None without a price.

        The vendors' tokenizers fall back to single bytes, so a prompt of n UTF-8 bytes has at most n tokens. Its
        dearest reading is that all of it is written to the vendor's cache, the completion's that all is reasoning.
        """
        prompt = prompt_bytes + _FRAMING_TOKENS
        prices = [
            self._usd(
                model,
                PricedUsage(
                    input_tokens=prompt,
                    cache_write_tokens=written,
                    output_tokens=max_tokens,
                    output_reasoning_tokens=reasoned,
                ),
            )
            for written in (0, prompt)
            for reasoned in (0, max_tokens)
        ]
        known = [price for price in prices if price is not None]
        return nano_ceiling(max(known)) if known else None

    def _usd(self, model: ModelName, usage: PricedUsage, at: datetime | None = None) -> Decimal | None:
        override = self._overrides.get(model)
        return _listed_usd(model, usage, at) if override is None else _overridden_usd(override, usage)


@cache
def price_list(today: date) -> PriceList:
    """Return which edition of the price list is in use."""
    starts = (
        price.constraint.start_date
        for provider in get_snapshot().providers
        for model in provider.models
        if not isinstance(model.prices, ModelPrice)
        for price in model.prices
        if isinstance(price.constraint, StartDateConstraint)
    )
    newest = max((start for start in starts if start <= today), default=date.min)
    return PriceList(version(PRICE_LIST), newest)


def _overridden_usd(override: PriceOverride, usage: PricedUsage) -> Decimal | None:
    prompt, cached = (Decimal(str(usage.reported_value(key))) for key in ("input_tokens", "cache_read_tokens"))
    if cached > prompt:
        return None
    at_cache = override.prompt if override.cached is None else override.cached
    completion = Decimal(str(usage.output_tokens)) * override.completion
    return ((prompt - cached) * override.prompt + cached * at_cache + completion) / _MILLION


def _listed_usd(model: ModelName, usage: PricedUsage, at: datetime | None) -> Decimal | None:
    provider = provider_of(model)
    if provider not in _LISTED:
        return None
    try:
        calculation = calc_price(usage, bare_name(model), provider_id=provider, genai_request_timestamp=at)
    except (LookupError, ValueError):
        # An unlisted model, or counts that contradict each other.
        return None
    return calculation.total_price if _is_whole(calculation.model_price) else None


def _listed(model: ModelName, at: datetime) -> ModelPrice | None:
    provider = provider_of(model)
    if provider not in _LISTED:
        return None
    try:
        _, found = get_snapshot().find_provider_model(bare_name(model), None, provider, None)
    except LookupError:
        return None
    price = found.get_prices(at.astimezone(UTC))
    return price if _is_whole(price) else None


def _is_whole(price: ModelPrice) -> bool:
    return price.input_mtok is not None and price.output_mtok is not None


def _quote(price: ModelPrice) -> Quote:
    prompt, completion = _base(price.input_mtok), _base(price.output_mtok)
    cached = prompt if price.cache_read_mtok is None else _base(price.cache_read_mtok)
    parts = (price.input_mtok, price.output_mtok, price.cache_read_mtok)
    return Quote(PriceSource.LIST, prompt, completion, cached, any(isinstance(part, TieredPrices) for part in parts))


def _base(price: Decimal | TieredPrices | None) -> Decimal:
    if price is None:
        message = "a price list entry without a price is none"
        raise AssertionError(message)
    return price.base if isinstance(price, TieredPrices) else price

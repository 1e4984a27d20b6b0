"""What requests cost: the price list of genai-prices, with overrides from settings. Never asks the network."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from domain.call import Usage
from domain.money import NanoUsd, nano_ceiling, nano_from_usd
from domain.route import ModelName, bare_name, provider_of
from settings import PriceOverride

_LISTED: Final = frozenset({"openai", "anthropic", "google"})
"""Providers the price list names as we do. Others may serve a listed model's name at another price."""
_MILLION: Final = 1_000_000
_FRAMING_TOKENS: Final = 2_048
"""What a vendor may add to a prompt on its own: turn markers, and the words around an output schema."""


class Prices:
    """Prices by model. Unknown is None, never zero."""

    def __init__(self, overrides: Mapping[ModelName, PriceOverride]) -> None:
        """Take the overrides, in USD a million tokens."""
        self._overrides = dict(overrides)

    def knows(self, model: ModelName) -> bool:
        """Whether `model` has a price for its prompt and for its completion."""
        return self._usd(model, PricedUsage(input_tokens=0, output_tokens=0)) is not None

    def cost_of(self, model: ModelName, usage: Usage, *, cache_write_tokens: int = 0) -> NanoUsd | None:
        """Return what `usage` costs in nano-USD; None without a price.

        `cache_write_tokens` is the part of the prompt the vendor wrote to its cache, which some sell dearer.
        """
        price = self._usd(
            model,
            PricedUsage(
                input_tokens=usage.prompt_tokens,
                cache_read_tokens=usage.cached_tokens,
                cache_write_tokens=cache_write_tokens,
                output_tokens=usage.completion_tokens,
                output_reasoning_tokens=usage.reasoning_tokens,
            ),
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

    def _usd(self, model: ModelName, usage: PricedUsage) -> Decimal | None:
        override = self._overrides.get(model)
        if override is not None:
            prompt = Decimal(str(usage.input_tokens)) * override.prompt
            return (prompt + Decimal(str(usage.output_tokens)) * override.completion) / _MILLION
        return _listed_usd(model, usage)


def _listed_usd(model: ModelName, usage: PricedUsage) -> Decimal | None:
    provider = provider_of(model)
    if provider not in _LISTED:
        return None
    try:
        calculation = calc_price(usage, bare_name(model), provider_id=provider)
    except (LookupError, ValueError):
        # An unlisted model, or counts that contradict each other.
        return None
    listed = calculation.model_price
    if listed.input_mtok is None or listed.output_mtok is None:
        return None
    return calculation.total_price

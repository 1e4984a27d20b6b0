"""Prices over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from domain.model import Document
from domain.route import ModelName
from providers.prices import PriceSource, Quote

UsdPerMillion = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    Field(description="USD a million tokens."),
]


class Price(Document):
    """What a model costs now. All is null for a model without a price: its cost is unknown, never zero."""

    model: ModelName
    source: PriceSource | None = Field(
        description="`genai-prices`, `override` (PAGEWRIGHT_PRICE_OVERRIDES) or `free` (the sandbox)."
    )
    prompt: UsdPerMillion | None
    completion: UsdPerMillion | None
    cached: UsdPerMillion | None = Field(description="Of prompt tokens read from the vendor's cache.")
    has_tiers: bool = Field(description="Whether long prompts cost more than is said here.")

    @classmethod
    def of(cls, model: ModelName, quote: Quote | None) -> "Price":
        """Return the price of a model."""
        if quote is None:
            return Price(model=model, source=None, prompt=None, completion=None, cached=None, has_tiers=False)
        return Price(
            model=model,
            source=quote.source,
            prompt=quote.prompt,
            completion=quote.completion,
            cached=quote.cached,
            has_tiers=quote.has_tiers,
        )


class PriceListing(Document):
    """The prices of the allow-list, and how old the price list in use is at most."""

    price_list: str
    version: str
    newest_change: date = Field(description="Newest price change the list knows: it was made on that day or later.")
    age_days: int = Field(description="Days since then: the list is no older.")
    models: tuple[Price, ...]

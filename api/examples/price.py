"""Examples of the docs on prices."""

from decimal import Decimal
from typing import Final

from api.examples.scene import AT, MODEL
from api.schemas.envelope import Data
from api.schemas.price import Price, PriceListing
from providers.prices import PriceSource

PRICES: Final = Data(
    data=PriceListing(
        price_list="genai-prices",
        version="0.2.3",
        newest_change=AT.date(),
        age_days=12,
        models=(
            Price(
                model=MODEL,
                source=PriceSource.LIST,
                prompt=Decimal("0.20"),
                completion=Decimal("1.60"),
                cached=Decimal("0.02"),
                has_tiers=False,
            ),
            Price(
                model="openai-compatible:llama-local",
                source=None,
                prompt=None,
                completion=None,
                cached=None,
                has_tiers=False,
            ),
        ),
    )
)

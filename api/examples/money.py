"""Examples of the docs that are about money: values of our own types."""

from datetime import date
from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.schemas.envelope import Data
from api.schemas.estimate import Estimate, EstimatedStep, ModelEstimate, TokenRange
from api.schemas.price import Price, PriceListing
from api.schemas.usage import OtherUsers, Report, Usage
from domain.estimate import OUTLINE_KIND, Basis, Counts
from providers.prices import PriceSource

_MODEL: Final = "openai:gpt-6-luna"
_DAY: Final = date(2026, 3, 2)
_USAGE: Final = Usage(
    calls=7,
    total_tokens=18_400,
    prompt_tokens=12_900,
    completion_tokens=5_500,
    cached_tokens=4_096,
    reasoning_tokens=0,
    estimated_cost=Decimal("0.008126800"),
    charged=Decimal("0.007314120"),
    unknown_price_calls=0,
    unknown_cost_calls=1,
    open_calls=0,
)
_NO_USAGE: Final = Usage(
    calls=0,
    total_tokens=0,
    prompt_tokens=0,
    completion_tokens=0,
    cached_tokens=0,
    reasoning_tokens=0,
    estimated_cost=Decimal(0),
    charged=Decimal(0),
    unknown_price_calls=0,
    unknown_cost_calls=0,
    open_calls=0,
)
_ONE: Final = Counts(low=1, expected=1, high=1)
_PROMPT: Final = TokenRange(low=1_150, expected=1_180, high=1_420)

USAGE: Final = Data(
    data=Report(
        start_date=_DAY,
        end_date=_DAY,
        total_estimated_cost=_USAGE.estimated_cost,
        total_charged=_USAGE.charged,
        total_calls=_USAGE.calls,
        total_tokens=_USAGE.total_tokens,
        prompt_tokens=_USAGE.prompt_tokens,
        completion_tokens=_USAGE.completion_tokens,
        cached_tokens=_USAGE.cached_tokens,
        reasoning_tokens=_USAGE.reasoning_tokens,
        unknown_price_calls=_USAGE.unknown_price_calls,
        unknown_cost_calls=_USAGE.unknown_cost_calls,
        open_calls=_USAGE.open_calls,
        by_provider={"openai": _USAGE},
        by_model={_MODEL: _USAGE},
        by_user={"owner": _USAGE},
        other_users=OtherUsers(**dict(_NO_USAGE), users=0),
        by_date={_DAY.isoformat(): _USAGE},
    )
)
USAGE_CSV: Final = (
    "date,timezone,provider,model,user,calls,totalTokens,promptTokens,completionTokens,cachedTokens,reasoningTokens,"
    "estimatedCostUsd,chargedUsd,unknownPriceCalls,unknownCostCalls,openCalls\r\n"
    "2026-03-02,UTC,openai,gpt-6-luna,owner,7,18400,12900,5500,4096,0,0.008126800,0.007314120,0,1,0\r\n"
)
ESTIMATE_REQUESTS: Final[dict[str, Example]] = {
    "text": {
        "summary": "A sentence",
        "value": {"brief": "Harbour Bakery sells sourdough bread in Example Bay. Open daily from 7:00."},
    },
    "route": {
        "summary": "On a route",
        "value": {
            "brief": {"name": "Harbour Bakery", "offer": "Sourdough bread", "sections": ["features", "contact"]},
            "model": _MODEL,
            "fallback": ["anthropic:claude-haiku-5-5"],
        },
    },
}
ESTIMATE: Final = Data(
    data=Estimate(
        route=(_MODEL,),
        basis=Basis.HISTORY,
        samples=84,
        low_usd=Decimal("0.000910"),
        expected_usd=Decimal("0.001240"),
        high_usd=Decimal("0.002100"),
        max_cost_usd=Decimal(1),
        unpriced_models=(),
        models=(
            ModelEstimate(
                model=_MODEL,
                basis=Basis.HISTORY,
                samples=84,
                low_usd=Decimal("0.000910"),
                expected_usd=Decimal("0.001240"),
                high_usd=Decimal("0.002100"),
            ),
        ),
        steps=(
            EstimatedStep(
                step=OUTLINE_KIND,
                count=_ONE,
                basis=Basis.HISTORY,
                samples=12,
                prompt_tokens=_PROMPT,
                completion_tokens=TokenRange(low=380, expected=420, high=610),
                low_usd=Decimal("0.000910"),
                expected_usd=Decimal("0.001240"),
                high_usd=Decimal("0.002100"),
            ),
        ),
    )
)
PRICES: Final = Data(
    data=PriceListing(
        price_list="genai-prices",
        version="0.2.3",
        newest_change=_DAY,
        age_days=12,
        models=(
            Price(
                model=_MODEL,
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

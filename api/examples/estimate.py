"""Examples of the docs on estimates."""

from decimal import Decimal
from typing import Final

from fastapi.openapi.models import Example

from api.examples.scene import MODEL
from api.schemas.envelope import Data
from api.schemas.estimate import Estimate, EstimatedStep, ModelEstimate, TokenRange
from domain.estimate import OUTLINE_KIND, Basis, Counts

_ONE: Final = Counts(low=1, expected=1, high=1)
_PROMPT: Final = TokenRange(low=1_150, expected=1_180, high=1_420)

REQUESTS: Final[dict[str, Example]] = {
    "text": {
        "summary": "A sentence",
        "value": {"brief": "Harbour Bakery sells sourdough bread in Example Bay. Open daily from 7:00."},
    },
    "route": {
        "summary": "On a route",
        "value": {
            "brief": {"name": "Harbour Bakery", "offer": "Sourdough bread", "sections": ["features", "contact"]},
            "model": MODEL,
            "fallback": ["anthropic:claude-haiku-5-5"],
        },
    },
}
ESTIMATE: Final = Data(
    data=Estimate(
        route=(MODEL,),
        basis=Basis.HISTORY,
        samples=84,
        low_usd=Decimal("0.000910"),
        expected_usd=Decimal("0.001240"),
        high_usd=Decimal("0.002100"),
        max_cost_usd=Decimal(1),
        unpriced_models=(),
        models=(
            ModelEstimate(
                model=MODEL,
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

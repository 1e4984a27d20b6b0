"""Examples of the docs on models."""

from typing import Final

from api.examples.scene import MODEL
from api.schemas.envelope import Data
from api.schemas.model import Model, ModelList
from domain.route import SANDBOX_MODEL

MODELS: Final = Data(
    data=ModelList(
        models=(
            Model(name=MODEL, provider="openai", ai=True, price_known=True),
            Model(name=SANDBOX_MODEL, provider="sandbox", ai=False, price_known=True),
        ),
        default_route=(MODEL,),
    )
)

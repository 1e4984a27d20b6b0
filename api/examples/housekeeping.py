"""Examples of the docs on what is cleared away."""

from typing import Final

from api.schemas.envelope import Data
from api.schemas.housekeeping import Cleared

CLEARED: Final = Data(data=Cleared(removed=180, left=0, held=3))

"""Dead letters in numbers, over HTTP."""

from collections.abc import Mapping

from pydantic import Field

from api.schemas.envelope import Usd
from domain.dead_letter import DeadLetterStatus
from domain.model import Document


class LetterStatistics(Document):
    """The open dead letters in numbers. What has no provider or model is counted under `unknown`."""

    total: int
    retryable: int = Field(description="Those whose route may succeed later, as it is.")
    by_error_type: Mapping[str, int]
    by_provider: Mapping[str, int]
    by_model: Mapping[str, int]
    by_date: Mapping[str, int] = Field(description="By the UTC day they were held on, the newest first.")
    by_status: Mapping[DeadLetterStatus, int] = Field(description="All that are stored, closed ones too.")
    spent_usd: Usd = Field(description="What their jobs have cost until they failed.")
    retry_estimate_usd: Usd = Field(description="What retrying them costs at most, where that is known.")
    unknown_estimates: int = Field(description="Those nobody knows that of: their models have no price.")

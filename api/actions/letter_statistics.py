"""The open dead letters of a tenant in numbers."""

from collections.abc import Mapping
from typing import Final

from api.schemas.envelope import dollars
from api.schemas.letter_statistics import LetterStatistics
from domain.dead_letter import DeadLetterStatus
from domain.ids import TenantId
from storage.unit_of_work import UnitOfWork

_UNKNOWN: Final = "unknown"


async def statistics_of(uow: UnitOfWork, tenant: TenantId) -> LetterStatistics:
    """Return what the open dead letters of a tenant come to."""
    letters = uow.letter_statistics
    totals, by_status = await letters.totals(tenant), await letters.by_status(tenant)
    return LetterStatistics(
        total=totals.total,
        retryable=totals.retryable,
        by_error_type=_named(await letters.by_error_type(tenant)),
        by_provider=_named(await letters.by_provider(tenant)),
        by_model=_named(await letters.by_model(tenant)),
        by_date=await letters.by_day(tenant),
        by_status={status: by_status.get(status, 0) for status in DeadLetterStatus},
        spent_usd=dollars(totals.spent),
        retry_estimate_usd=dollars(totals.retry_estimate),
        unknown_estimates=totals.unknown_estimates,
    )


def _named(counts: Mapping[str | None, int]) -> Mapping[str, int]:
    return {name or _UNKNOWN: number for name, number in counts.items()}

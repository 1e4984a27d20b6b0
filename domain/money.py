"""Money: integer nano-USD wherever it is stored or added, Decimal USD where it meets a person."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final, NewType

NanoUsd = NewType("NanoUsd", int)

NANO: Final = 1_000_000_000
_SIX_DECIMALS: Final = Decimal("0.000001")


def nano_from_usd(usd: Decimal) -> NanoUsd:
    """Return an amount in nano-USD, rounded half up."""
    return NanoUsd(int((usd * NANO).to_integral_value(ROUND_HALF_UP)))


def nano_ceiling(usd: Decimal) -> NanoUsd:
    """Return an amount in nano-USD, rounded up: for bounds that must never be too small."""
    return NanoUsd(int((usd * NANO).to_integral_value(ROUND_CEILING)))


def usd(nano: NanoUsd) -> Decimal:
    """Return an amount in USD with six decimals, for display and JSON only."""
    return (Decimal(nano) / NANO).quantize(_SIX_DECIMALS, ROUND_HALF_UP)


def usd_ceiling(nano: NanoUsd) -> Decimal:
    """Return an amount in USD with six decimals, rounded up: for caps that must be enough."""
    return (Decimal(nano) / NANO).quantize(_SIX_DECIMALS, ROUND_CEILING)

"""A provider's queue as an operator sets it: held back, limited, or left to itself."""

from typing import Annotated, Final

from pydantic import Field

HELD: Final = 0.0
"""The rate at which nothing is handed out."""

CallsPerSecond = Annotated[float, Field(ge=0.01, le=10_000, allow_inf_nan=False)]
"""Model requests a second over all workers; Temporal keeps rates in 32 bits."""


def rate_of(*, paused: bool, calls_per_second: float | None) -> float | None:
    """Return the rate a queue is to have; None leaves it to the workers' own setting."""
    return HELD if paused else calls_per_second

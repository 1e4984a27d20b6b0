"""How often a model is asked again and how long to wait in between."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DEFAULT_TRIES: Final = 3
LONGEST_RETRY_AFTER: Final = timedelta(seconds=60)
"""A vendor that asks for a longer wait is left for the next model of the route."""

MAX_LOST: Final = 5
"""A step whose worker died under it this often fails as UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Again:
    """Ask the same model again after `delay`."""

    delay: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Leave this model for the next one of the route."""


def backoff(failed_tries: int, jitter: float) -> timedelta:
    """Return the wait after `failed_tries` failures: 1 s, 2 s, 4 s, ... times 0.5 to 1.5.

    `jitter` is a uniform draw from [0, 1).
    """
    return timedelta(seconds=2 ** (failed_tries - 1) * (0.5 + jitter))


def after_failure(
    failed_tries: int, max_tries: int, *, mends_by_waiting: bool, retry_after: timedelta | None, jitter: float
) -> Again | GiveUp:
    """Decide what follows a failed try. The vendor's Retry-After wins over our own backoff."""
    if not mends_by_waiting or failed_tries >= max_tries:
        return GiveUp()
    if retry_after is None:
        return Again(backoff(failed_tries, jitter))
    if retry_after > LONGEST_RETRY_AFTER:
        return GiveUp()
    return Again(retry_after)

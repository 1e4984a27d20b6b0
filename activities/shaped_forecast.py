"""What many jobs in a row will cost: briefs of one shape on one route are reckoned once."""

import time
from collections.abc import Callable
from typing import Final

from activities.forecast import Forecaster
from domain.blocks import BlockType
from domain.brief import Brief
from domain.estimate import Estimate
from domain.ids import TenantId
from domain.route import Route
from providers.limits import own_tokens

REMEMBERED_SECONDS: Final = 60.0
_MOST_REMEMBERED: Final = 1_000
_BYTES_A_SIZE: Final = 256
"""Briefs whose sizes are this near share an estimate: it is about 64 tokens a prompt, of several thousand."""
_TOKENS_A_SIZE: Final = 256

Shape = tuple[int, tuple[BlockType, ...], tuple[int, ...]]


class ShapedForecaster:
    """Says what jobs of batches and schedules will cost. Make one a process, as of the forecaster it asks."""

    def __init__(self, forecaster: Forecaster, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask `forecaster` once a shape and minute; `clock` counts seconds."""
        self._forecaster = forecaster
        self._clock = clock
        self._remembered: dict[tuple[TenantId, Route, Shape], tuple[float, Estimate]] = {}

    async def estimate(self, tenant: TenantId, brief: Brief, route: Route) -> Estimate:
        """Return what a new page may cost."""
        now, key = self._clock(), (tenant, route, shape_of(brief))
        until, found = self._remembered.get(key, (0.0, None))
        if found is None or until <= now:
            found = (await self._forecaster.page(tenant, brief, route)).estimate
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = (now + REMEMBERED_SECONDS, found)
        return found


def shape_of(brief: Brief) -> Shape:
    """Return what a forecast sees of a brief: about how large it is, what it asks for, and what repeats its facts."""
    size = len(brief.model_dump_json(exclude_defaults=True).encode())
    repeated = tuple(own_tokens(block, brief) // _TOKENS_A_SIZE for block in BlockType)
    return size // _BYTES_A_SIZE, brief.sections, repeated

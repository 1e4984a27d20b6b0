"""Where a queue stands in Temporal."""

from typing import Final

from api.schemas.queue import QueueSetting
from api.services import Services
from api.temporal import GoneError, TemporalUnavailableError
from workflows.queues import ACTIVITIES, WORKFLOWS, QueueState

_PAGES: Final = (WORKFLOWS, ACTIVITIES)
_CALLS: Final = (ACTIVITIES,)


async def state_of(services: Services, setting: QueueSetting) -> QueueState | None:
    """Return where a queue stands; None while Temporal does not answer."""
    kinds = _PAGES if setting.provider is None else _CALLS
    try:
        return await services.temporal.queue_state(setting.name, kinds)
    except (TemporalUnavailableError, GoneError):
        return None

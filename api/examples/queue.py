"""Examples of the docs on queues."""

from datetime import UTC, datetime
from typing import Final

from fastapi.openapi.models import Example

from api.schemas.envelope import Data
from api.schemas.queue import JobCounts, Queue, QueueList, QueueSetting, QueueSettings

_AT: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_REASON: Final = "openai answers 503 since 9:20"
_PAGES: Final = Queue(
    name="pages",
    provider=None,
    backlog=0,
    oldest_age_seconds=None,
    pollers=2,
    effective_calls_per_second=None,
    limited_by=None,
    running_calls=None,
)
_HELD: Final = QueueSetting(
    name="llm-openai", provider="openai", paused=True, reason=_REASON, paused_by="owner", paused_at=_AT
)
_FREE: Final = QueueSetting(name="llm-openai", provider="openai", calls_per_second=5)

PAUSE: Final[dict[str, Example]] = {
    "one": {"summary": "One provider", "value": {"provider": "openai", "reason": _REASON}},
    "all": {"summary": "All of them", "value": {"reason": "Moving the database"}},
}
RESUME: Final[dict[str, Example]] = {
    "one": {"summary": "One provider", "value": {"provider": "openai"}},
    "all": {"summary": "All of them", "value": {}},
}
LIMIT: Final[dict[str, Example]] = {"set": {"summary": "Five a second", "value": {"callsPerSecond": 5}}}

QUEUES: Final = Data(
    data=QueueList(
        queues=(
            _PAGES,
            Queue(
                **dict(_HELD),
                backlog=50,
                oldest_age_seconds=12.5,
                pollers=2,
                effective_calls_per_second=0,
                limited_by="operator",
                running_calls=1,
            ),
        ),
        jobs=JobCounts(waiting=49, active=1, completed=120, failed=2),
    )
)
PAUSED: Final = Data(data=QueueSettings(queues=(_HELD,)))
RESUMED: Final = Data(data=QueueSettings(queues=(_FREE,)))
LIMITED: Final = Data(data=_FREE)

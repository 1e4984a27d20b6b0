"""Examples of the docs on events."""

from typing import Final

from api.examples.scene import AT, JOB_ID, PAGE_ID
from domain.event import Event, EventType

_EVENT: Final = Event(job_id=JOB_ID, seq=1, type=EventType.SUBMITTED, at=AT, data={"pageId": PAGE_ID, "round": 1})

EVENT_STREAM: Final = f"event: submitted\ndata: {_EVENT.model_dump_json()}\nid: 1\n\n"

"""Names of things. A name is made once, from a ULID, and never changes."""

import re
from typing import Final, NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
PageId = NewType("PageId", str)
JobId = NewType("JobId", str)
DeadLetterId = NewType("DeadLetterId", str)

OWNER_TENANT: Final = TenantId("owner")
OWNER_USER: Final = UserId("owner")

_DEAD_LETTER = re.compile(r"dlq_(?P<job>job_[0-9A-Z]{26})_(?P<round>[1-9][0-9]*)")


def job_id(ulid: str) -> JobId:
    """Return the id of a job, which is also the id of its workflow."""
    return JobId(f"job_{ulid}")


def page_id(ulid: str) -> PageId:
    """Return the id of a page."""
    return PageId(f"page_{ulid}")


def dead_letter_id(job: JobId, round_: int) -> DeadLetterId:
    """Return the id of the dead letter of one failed round, which is also the id of its workflow."""
    return DeadLetterId(f"dlq_{job}_{round_}")


def split_dead_letter_id(name: str) -> tuple[JobId, int]:
    """Return the job and the round a dead-letter id names. Raises ValueError when it is not such an id."""
    match = _DEAD_LETTER.fullmatch(name)
    if match is None:
        message = f"{name!r} is not a dead-letter id"
        raise ValueError(message)
    return JobId(match["job"]), int(match["round"])

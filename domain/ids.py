"""Names of things. A name is made once, from a ULID, and never changes."""

import re
from typing import Final, NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
PageId = NewType("PageId", str)
JobId = NewType("JobId", str)
DeadLetterId = NewType("DeadLetterId", str)
TokenId = NewType("TokenId", str)
BatchId = NewType("BatchId", str)
ScheduleId = NewType("ScheduleId", str)

SCHEDULE_PREFIX: Final = "sched_"
"""Of the ids of all schedules of tenants; Temporal's other schedules are the system's own."""

OWNER_TENANT: Final = TenantId("owner")
OWNER_USER: Final = UserId("owner")

_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""At most 64 bytes: Temporal's limit for a fairness key."""
_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")
_DEAD_LETTER = re.compile(r"dlq_(?P<job>job_[0-9A-Z]{26})_(?P<round>[1-9][0-9]*)")


def tenant_id(name: str) -> TenantId:
    """Return a tenant's id. Raises ValueError unless it is short and plain enough for keys, logs and file names."""
    if not _TENANT.fullmatch(name):
        message = "a tenant is 1 to 64 of the characters a-z, 0-9, '.', '_', '-', and begins with a letter or a digit"
        raise ValueError(message)
    return TenantId(name)


def user_id(name: str) -> UserId:
    """Return a user's id. Raises ValueError unless it is short and plain, as a user name or an e-mail address is."""
    if not _USER.fullmatch(name):
        message = "a user is 1 to 128 letters, digits and '.', '_', '@', '+', '-', and begins with a letter or a digit"
        raise ValueError(message)
    return UserId(name)


def token_id(ulid: str) -> TokenId:
    """Return the id of a bearer token: its `jti`."""
    return TokenId(f"tok_{ulid}")


def batch_id(ulid: str) -> BatchId:
    """Return the id of a batch, which is also the id of its workflow."""
    return BatchId(f"batch_{ulid}")


def schedule_id(ulid: str) -> ScheduleId:
    """Return the id of a schedule, which is also its id in Temporal."""
    return ScheduleId(f"{SCHEDULE_PREFIX}{ulid}")


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

"""Access: what a token may do. Whose pages it may do it to is its tenant."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One permission. None holds another one: `admin` alone reads no job."""

    JOBS_READ = "jobs.read"
    JOBS_WRITE = "jobs.write"
    DLQ_READ = "dlq.read"
    DLQ_WRITE = "dlq.write"
    QUEUE_WRITE = "queue.write"
    USAGE_READ = "usage.read"
    PAGES_READ = "pages.read"
    PAGES_WRITE = "pages.write"
    PAGES_PUBLISH = "pages.publish"
    RUNS_READ = "runs.read"
    RUNS_WRITE = "runs.write"
    ADMIN = "admin"


EVERY_SCOPE: Final = frozenset(Scope)
"""What the owner of an installation may do."""

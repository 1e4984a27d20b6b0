"""What `doctor` checks of the queues: one that somebody paused looks like a dead system from everywhere else."""

from datetime import UTC, datetime
from typing import Final

from cli.checks.finding import Finding, note, ok
from cli.client.answers import Queue, Queues, read
from cli.client.client import Api
from cli.errors import UserError
from cli.formats import ago, or_nothing
from cli.screen.held import resume

PART: Final = "Queues"


async def check_queues(api: Api) -> Finding:
    """Say which queues are paused, since when, by whom and why, and how they go on."""
    try:
        queues = read(Queues, await api.get("/api/ai/queue")).queues
    except UserError as error:
        return note(PART, f"cannot be seen: {error.message}", error.hint)
    paused = [queue for queue in queues if queue.paused]
    if not paused:
        return ok(PART, f"{len(queues)}, none paused")
    now = datetime.now(UTC)
    return note(
        PART,
        "; ".join(_told(queue, now) for queue in paused),
        "; ".join(f"`{resume(queue.provider)}`" for queue in paused),
    )


def _told(queue: Queue, now: datetime) -> str:
    who = or_nothing(queue.paused_by)
    return f"{queue.name} paused {ago(queue.paused_at, now)} by {who}: {or_nothing(queue.reason)}"

"""Why a job stands still although nothing failed: somebody paused the queue it waits in. Pure."""

from cli.client.answers import HeldBy
from cli.formats import clean


def held(by: HeldBy) -> str:
    """Return which paused queue a job waits for, who paused it and why, and what lets it go on."""
    who = f" by {clean(by.by)}" if by.by else ""
    why = f": {clean(by.reason)}" if by.reason else ""
    return f"{clean(by.queue)} is paused{who}{why} (go on: {resume(by.provider)})"


def resume(provider: str | None) -> str:
    """Return the command that lets a queue go on."""
    return f"pagewright queue resume{f' --provider {clean(provider)}' if provider else ''}"

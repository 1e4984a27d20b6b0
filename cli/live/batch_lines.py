"""Lines of a batch at the end of what is told of it: those that failed or were refused, and how to see the rest."""

from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue

from cli.client.answers import read
from cli.client.batch_answers import Batch, Items
from cli.client.client import Api
from cli.screen.render import print_note, print_table
from cli.tables.batch import BAD, items

BATCHES: Final = "/api/ai/batches"
MOST_SHOWN: Final = 200
"""Of 10,000 lines, enough to tell whether they fail for one reason; the rest is a command away."""


async def bad_lines(api: Api, batch: Batch, limit: int = MOST_SHOWN) -> JsonValue:
    """Return the first lines of a batch that failed or were refused; None when there is none."""
    if not any(batch.counts.get(name) for name in BAD):
        return None
    return await lines_of(api, batch.id, BAD, limit)


async def lines_of(
    api: Api, batch: str, statuses: Sequence[str], limit: int = MOST_SHOWN, cursor: str | None = None
) -> JsonValue:
    """Return lines of some statuses, in their order."""
    query = {"status": list(statuses), "limit": limit, "cursor": cursor}
    return await api.get(f"{BATCHES}/{batch}/items", query)


def tell_lines(batch: str, statuses: Sequence[str], found: JsonValue) -> None:
    """Show lines with their numbers and reasons, and the command that goes on with the rest."""
    shown = read(Items, found)
    print_table(items(shown.items))
    if shown.next_cursor:
        which = " ".join(f"--lines {status}" for status in statuses)
        print_note(f"There are more: pagewright batches view {batch} {which} --cursor {shown.next_cursor}")

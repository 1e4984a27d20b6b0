"""Lists longer than one answer of the API."""

from collections.abc import Mapping
from typing import Final, cast

from pydantic import JsonValue

from cli.client.client import Api, Query

LARGEST_PAGE: Final = 500
"""Entries the API gives at once."""


async def listed(api: Api, path: str, query: Query, field: str, limit: int) -> JsonValue:
    """Return what one answer would say with `limit` entries in `field`, however many answers that takes."""
    entries: list[JsonValue] = []
    left = limit
    while True:
        asked = min(left, LARGEST_PAGE)
        left -= asked
        answer = cast("Mapping[str, JsonValue]", await api.get(path, {**query, "limit": asked}))
        entries += cast("list[JsonValue]", answer[field])
        cursor = cast("str | None", answer.get("nextCursor"))
        if cursor is None or not left:
            return {**answer, field: entries}
        query = {**query, "cursor": cursor}

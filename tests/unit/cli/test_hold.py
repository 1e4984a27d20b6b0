"""A job that stands still in a paused queue says so, to whoever watches it and whoever looks at it."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from pydantic import JsonValue

from cli.client.answers import Job, read
from cli.live.hold import telling_what_holds
from cli.tables import job as job_tables

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Answering

HELD: dict[str, JsonValue] = {
    "id": "job_1",
    "pageId": "page_1",
    "status": "waiting",
    "heldBy": {"queue": "llm-openai", "provider": "openai", "reason": "vendor down", "by": "owner"},
}
WORDS = "llm-openai is paused by owner: vendor down (go on: pagewright queue resume --provider openai)"


def test_a_view_says_which_queue_holds_the_job_and_what_lets_it_go_on() -> None:
    shown = dict(job_tables.fields(read(Job, HELD), datetime.now(UTC)).rows)
    assert getattr(shown["Held"], "text", None) == WORDS


async def test_a_watcher_is_told_once_for_each_pause(answering: "Answering") -> None:
    looks = iter([HELD, HELD, HELD | {"heldBy": None}, HELD])
    seen = asyncio.Event()
    told: list[str] = []

    def answer(_request: httpx.Request) -> httpx.Response:
        if (job := next(looks, None)) is None:
            seen.set()
            return httpx.Response(503, json={"title": "away"})
        return httpx.Response(200, json={"data": job})

    async with answering.by(answer) as api, telling_what_holds(api, "job_1", told.append, every=0.001):
        await asyncio.wait_for(seen.wait(), 10)
    assert told == [f"job_1 waits: {WORDS}"] * 2

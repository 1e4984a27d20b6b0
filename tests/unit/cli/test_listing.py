"""Lists longer than one answer, in one."""

import json
from typing import TYPE_CHECKING

import httpx

from cli.client.listing import listed

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Answering


async def test_more_than_the_api_gives_at_once_is_asked_for_until_it_is_enough(answering: "Answering") -> None:
    asked: list[tuple[int, int]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limit, after = int(request.url.params["limit"]), int(request.url.params.get("cursor", "0"))
        asked.append((limit, after))
        end = min(after + limit, 1_300)
        entries = list(range(after, end))
        return httpx.Response(200, json={"data": {"jobs": entries, "nextCursor": str(end) if end < 1_300 else None}})

    async with answering.by(answer) as api:
        some = await listed(api, "/jobs", {"status": None}, "jobs", 600)
        assert some == {"jobs": list(range(600)), "nextCursor": "600"}
        assert asked == [(500, 0), (100, 500)]
        everything = await listed(api, "/jobs", {}, "jobs", 5_000)
    assert len(json.dumps(everything)) == len(json.dumps({"jobs": list(range(1_300)), "nextCursor": None}))

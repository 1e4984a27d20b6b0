"""Requests that are repeated without being done twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import httpx
import pytest

from cli.client.client import Api
from cli.client.problem import ApiError, UnreachableError

Answer = Callable[[httpx.Request], httpx.Response]

DONE = httpx.Response(202, json={"data": {"id": "job_1"}})


class Answering(Protocol):
    waits: list[float]
    notes: list[str]

    def by(self, answer: Answer) -> AbstractAsyncContextManager[Api]: ...


def in_turn(*answers: httpx.Response | httpx.TransportError) -> tuple[Answer, list[httpx.Request]]:
    """Return a server that gives one answer after the other, and the requests it has seen."""
    seen: list[httpx.Request] = []
    left: Iterator[httpx.Response | httpx.TransportError] = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        given = next(left)
        if isinstance(given, httpx.TransportError):
            raise given
        return given

    return answer, seen


def busy(status: int, seconds: str | None = None) -> httpx.Response:
    headers = {} if seconds is None else {"Retry-After": seconds}
    return httpx.Response(status, headers=headers, json={"title": "Not now", "status": status, "detail": "Later."})


async def test_a_lost_connection_and_a_busy_api_are_met_with_the_same_key(answering: Answering) -> None:
    answer, seen = in_turn(httpx.ConnectError("refused"), httpx.ReadError("cut"), busy(503, "3"), busy(409, "1"), DONE)
    async with answering.by(answer) as api:
        assert await api.post("/api/ai/jobs", {"brief": "bread"}) == {"id": "job_1"}
    keys = {request.headers["Idempotency-Key"] for request in seen}
    assert (len(seen), len(keys), len(keys.pop())) == (5, 1, 26)
    assert {request.content for request in seen} == {b'{"brief":"bread"}'}
    assert answering.waits == [0.5, 1.0, 3.0, 1.0]
    assert answering.notes[0] == ("The API at http://127.0.0.1:3000 does not answer: refused. Trying again in 0.5 s.")


async def test_two_requests_have_two_keys(answering: Answering) -> None:
    answer, seen = in_turn(DONE, DONE)
    async with answering.by(answer) as api:
        await api.post("/api/ai/jobs")
        await api.post("/api/ai/jobs")
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 2


async def test_it_gives_up_after_five_requests(answering: Answering) -> None:
    answer, seen = in_turn(*[httpx.ConnectError("refused")] * 5)
    async with answering.by(answer) as api:
        with pytest.raises(UnreachableError, match="does not answer: refused") as raised:
            await api.post("/api/ai/jobs")
    assert len(seen) == 5
    assert "pagewright up" in raised.value.hint


@pytest.mark.parametrize(
    "refused", [busy(503), busy(409), busy(422, "1"), busy(503, "3600"), busy(503, "Wed, 21 Oct 2026 07:28:00 GMT")]
)
async def test_what_waiting_does_not_mend_is_told_at_once(answering: Answering, refused: httpx.Response) -> None:
    answer, seen = in_turn(refused)
    async with answering.by(answer) as api:
        with pytest.raises(ApiError, match="Not now: Later"):
            await api.post("/api/ai/jobs")
    assert (len(seen), answering.waits) == (1, [])


async def test_reading_is_not_repeated_and_carries_no_key(answering: Answering) -> None:
    answer, seen = in_turn(httpx.ConnectError("refused"))
    async with answering.by(answer) as api:
        with pytest.raises(UnreachableError):
            await api.get("/api/ai/jobs")
    assert [request.headers.get("Idempotency-Key") for request in seen] == [None]


async def test_a_query_names_only_what_was_given(answering: Answering) -> None:
    answer, seen = in_turn(httpx.Response(200, json={"data": {"jobs": []}}))
    async with answering.by(answer) as api:
        await api.get("/api/ai/jobs", {"status": ["failed", "cancelled"], "limit": 5, "cursor": None})
    assert seen[0].url.query == b"status=failed&status=cancelled&limit=5"

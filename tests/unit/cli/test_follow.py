"""The events of a job through lost connections: none missing, none twice."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import httpx
import pytest

from cli.client.client import Api
from cli.client.follow import WAITS, follow
from cli.client.problem import ApiError
from cli.errors import UserError

JOB = "job_1"


class Answering(Protocol):
    waits: list[float]
    notes: list[str]

    def by(self, answer: Callable[[httpx.Request], httpx.Response]) -> AbstractAsyncContextManager[Api]: ...
    async def pause(self, seconds: float) -> None: ...


def told(seq: int, type_: str) -> bytes:
    data = {"jobId": JOB, "seq": seq, "type": type_, "at": "2026-03-01T12:00:00Z", "data": {"step": "outline"}}
    return f"id: {seq}\nevent: {type_}\ndata: {json.dumps(data)}\n\n".encode()


class CutOff(httpx.AsyncByteStream):
    """A body whose connection is lost after some bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        yield self._content
        message = "peer closed connection"
        raise httpx.RemoteProtocolError(message)


class Recorded:
    """A job's events, served after Last-Event-ID as the API does, each stream cut as a test says."""

    def __init__(self, *types: str) -> None:
        self._types = types
        self.asked: list[str | None] = []
        self.cuts: dict[int, int] = {}
        """After which event the n-th stream is cut, from 0."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"/api/ai/jobs/{JOB}/events"
        asked = request.headers.get("Last-Event-ID")
        self.asked.append(asked)
        start = int(asked or 0)
        if start >= len(self._types):
            return httpx.Response(204)
        cut = self.cuts.get(len(self.asked) - 1)
        told = b"".join(self._told(seq) for seq in range(start + 1, (cut or len(self._types)) + 1))
        if cut is None:
            return httpx.Response(200, content=told)
        return httpx.Response(200, stream=CutOff(told + b"id: 99\nevent: half\nda"))

    def _told(self, seq: int) -> bytes:
        return b": keep-alive\n\n" + told(seq, self._types[seq - 1])


async def followed(answering: Answering, api: Callable[[httpx.Request], httpx.Response]) -> list[tuple[int, str]]:
    async with answering.by(api) as connected:
        return [
            (event.seq, event.type) async for event in follow(connected, JOB, answering.notes.append, answering.pause)
        ]


async def test_a_lost_connection_leaves_no_gap_and_no_repeat(answering: Answering) -> None:
    api = Recorded("submitted", "started", "call.started", "completed", "end")
    api.cuts = {0: 2, 1: 4}
    assert await followed(answering, api) == list(
        enumerate(["submitted", "started", "call.started", "completed", "end"], start=1)
    )
    assert api.asked == [None, "2", "4", "5"]
    lost, back = "The connection is lost (peer closed connection); trying again in 0.5 s.", "The connection is back."
    assert answering.notes == [lost, back, lost, back]


async def test_events_after_an_end_belong_to_the_next_round(answering: Answering) -> None:
    api = Recorded("started", "failed", "end", "started", "completed", "end")
    told = await followed(answering, api)
    assert [type_ for _, type_ in told] == ["started", "failed", "end", "started", "completed", "end"]


async def test_what_the_api_repeats_is_told_once(answering: Answering) -> None:
    body = told(1, "submitted") * 2 + told(2, "end")
    answers = iter([httpx.Response(200, content=body), httpx.Response(204)])
    assert await followed(answering, lambda _request: next(answers)) == [(1, "submitted"), (2, "end")]


async def test_an_api_that_starts_again_is_waited_for(answering: Answering) -> None:
    refusals = iter([503, 502])
    api = Recorded("submitted", "end")

    def restarting(request: httpx.Request) -> httpx.Response:
        status = next(refusals, None)
        return api(request) if status is None else httpx.Response(status)

    assert await followed(answering, restarting) == [(1, "submitted"), (2, "end")]
    assert answering.waits == [0.5, 1.0]


async def test_a_connection_that_stays_lost_says_how_to_attach_again(answering: Answering) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        message = "refused"
        raise httpx.ConnectError(message)

    with pytest.raises(UserError, match="cannot be followed: refused") as raised:
        await followed(answering, refuse)
    assert "pagewright jobs watch job_1" in raised.value.hint
    assert answering.waits == list(WAITS)


async def test_an_unknown_job_is_told_at_once(answering: Answering) -> None:
    with pytest.raises(ApiError, match="No such job"):
        await followed(answering, lambda _request: httpx.Response(404, json={"title": "No such job", "detail": "x"}))
    assert answering.waits == []

"""Watching a job: every event once and in order, across reconnects, restarts and retries."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import fastapi.routing
import httpx
import pytest

from domain.ids import JobId
from tests.integration.api.installation import Installation, serving, speaking
from tests.vendors.behaviour import Act, Behaviour

SANDBOX = "sandbox:template"


@dataclass(frozen=True)
class Message:
    """One message of a stream, or a comment."""

    id: int = 0
    event: str = ""
    data: Any = None
    comment: str = ""


@asynccontextmanager
async def watching(
    http: httpx.AsyncClient, job: str, headers: dict[str, str] | None = None
) -> AsyncGenerator[AsyncGenerator[Message]]:
    """Open a job's stream and yield its messages."""
    async with http.stream("GET", f"/api/ai/jobs/{job}/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        messages = read(response)
        yield messages
        await messages.aclose()


async def read(response: httpx.Response) -> AsyncGenerator[Message]:
    fields: dict[str, str] = {}
    lines = response.aiter_lines()
    async for line in lines:
        if line.startswith(":"):
            yield Message(comment=line[1:].strip())
        elif line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Message(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields.clear()


async def story(http: httpx.AsyncClient, job: str, after: int = 0) -> list[Message]:
    """Return every message of a job's stream until it ends."""
    headers = {"Last-Event-ID": str(after)} if after else None
    async with asyncio.timeout(30), watching(http, job, headers) as messages:
        return [message async for message in messages if message.event]


async def test_a_job_is_told_from_its_start_to_its_end(installation: Installation) -> None:
    async with installation.working():
        job = await installation.submit()
        messages = await story(installation.http, job)
    assert [message.id for message in messages] == list(range(1, len(messages) + 1))
    types = [message.event for message in messages]
    assert types[:2] == ["submitted", "started"]
    assert types[-3:] == ["version.stored", "completed", "end"]
    assert types.count("step.done") == 4
    assert messages[-1].data["data"] == {"status": "completed"}
    assert {message.data["jobId"] for message in messages} == {job}
    assert [message.data["seq"] for message in messages] == [message.id for message in messages]


async def test_a_reader_that_comes_back_gets_the_rest_and_nothing_twice(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.always("*", Act(latency=0.2))
        job = await installation.submit()
        async with asyncio.timeout(30), watching(installation.http, job) as messages:
            first = [await anext(messages) for _ in range(3)]
        rest = await story(installation.http, job, after=first[-1].id)
    assert [message.id for message in [*first, *rest]] == list(range(1, len(first) + len(rest) + 1))
    assert rest[-1].event == "end"


async def test_the_last_id_may_come_as_a_query(installation: Installation) -> None:
    async with installation.working():
        job = (await installation.finished(route=[SANDBOX]))["id"]
    whole = await story(installation.http, job)
    url = f"/api/ai/jobs/{job}/events?lastEventId={whole[-2].id}"
    assert (await installation.http.get(url)).text.startswith("event: end\n")


async def test_a_reconnect_past_the_end_is_told_not_to_come_back(installation: Installation) -> None:
    async with installation.working():
        job = (await installation.finished(route=[SANDBOX]))["id"]
    last = (await story(installation.http, job))[-1]
    for seen in (last.id, last.id + 100):
        response = await installation.http.get(f"/api/ai/jobs/{job}/events", headers={"Last-Event-ID": str(seen)})
        assert (response.status_code, response.content) == (204, b"")


async def test_a_stream_follows_a_retried_job_to_its_next_end(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.always("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
        job = await installation.submit(tries=1)
        failed = await story(installation.http, job)
        installation.vendor.always("section:text-2", Act(latency=1))
        await installation.post(f"/api/ai/jobs/{job}/retry")
        both = await story(installation.http, job)
    assert [message.event for message in failed][-2:] == ["failed", "end"]
    assert both[: len(failed)] == failed
    assert [message.event for message in both].count("end") == 2
    assert both[-1].data["data"] == {"status": "completed"}


async def test_a_stream_survives_a_restart_of_the_api(installation: Installation) -> None:
    async with installation.working():
        installation.vendor.always("section:text-2", Act(latency=3))
        job = await installation.submit()
        seen: list[Message] = []
        async with (
            serving(installation.settings) as (url, server),
            speaking(url) as http,
            watching(http, job) as messages,
        ):
            async for message in messages:
                seen.append(message)
                if len(seen) == 4:
                    server.should_exit = True
        assert seen[-1].event != "end"
        seen += await story(installation.http, job, after=seen[-1].id)
    assert [message.id for message in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].event == "end"


async def test_a_server_that_stops_ends_its_streams(installation: Installation) -> None:
    job = await installation.submit()
    loop = asyncio.get_running_loop()
    async with (
        serving(installation.settings) as (url, server),
        speaking(url) as http,
        watching(http, job) as messages,
    ):
        assert (await anext(messages)).event == "submitted"
        stopping = loop.time()
        server.should_exit = True
        assert [message async for message in messages] == []
    assert loop.time() - stopping < 2


async def test_a_reader_that_goes_away_is_noticed(installation: Installation) -> None:
    job = await installation.submit()
    async with serving(installation.settings) as (url, server), speaking(url) as http:
        async with watching(http, job) as messages:
            assert (await anext(messages)).event == "submitted"
            assert len(server.server_state.tasks) == 1

        async def gone() -> bool:
            return not server.server_state.tasks

        await installation.until(gone, seconds=2)


async def test_a_quiet_stream_is_kept_alive_by_comments(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # FastAPI leaves this name importable so that tests need not wait for 15 s.
    assert fastapi.routing._PING_INTERVAL == 15  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]  as above
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.2)
    job = await installation.submit()
    async with asyncio.timeout(10), watching(installation.http, job) as messages:
        assert (await anext(messages)).event == "submitted"
        assert (await anext(messages)).comment


async def test_the_stream_of_an_erased_job_is_over(installation: Installation) -> None:
    async with installation.working():
        done = await installation.finished(route=[SANDBOX])
    assert (await installation.http.delete(f"/api/pages/{done['pageId']}")).status_code == 204
    response = await installation.http.get(f"/api/ai/jobs/{done['id']}/events")
    assert response.status_code == 204


async def test_events_carry_no_word_of_the_brief(installation: Installation) -> None:
    job = await installation.submit()
    async with installation.database.read() as uow:
        (event,) = await uow.events.after(JobId(job), 0)
    assert "Harbour" not in event.model_dump_json()

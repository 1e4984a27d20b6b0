"""The API killed with SIGKILL while somebody watches a job: the story goes on where it was cut off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from domain.ids import JobId
from tests.acceptance.bench import JOBS, LAST, STEPS, Bench
from tests.acceptance.stack import RunningStack
from tests.vendors.behaviour import Act

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Told:
    """One event as it came over the wire."""

    number: int
    type: str
    data: dict[str, Any]


def told(lines: Iterator[str]) -> Iterator[Told]:
    """Return the events of a stream, each when its last line is there."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        elif "id" in fields:
            yield Told(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


def watch(stack: RunningStack, job: JobId, last: int) -> Iterator[Told]:
    """Yield events after number `last` until the connection ends, in whichever way."""
    headers = {"Last-Event-ID": str(last)} if last else {}
    try:
        with stack.http() as http, http.stream("GET", f"{JOBS}/{job}/events", headers=headers) as answer:
            assert answer.status_code == HTTPStatus.OK
            yield from told(answer.iter_lines())
    except httpx.TransportError:
        return


def test_a_watcher_that_comes_back_misses_nothing_and_sees_nothing_twice(bench: Bench) -> None:
    bench.vendor.next("outline", Act(latency=2))
    bench.vendor.next(LAST, Act(latency=12))
    job = bench.submit()
    seen: list[Told] = []
    for death in (3, 8, None):
        for event in watch(bench.stack, job, seen[-1].number if seen else 0):
            seen.append(event)
            assert event.number == len(seen), "a gap, or a repeat"
            if event.number == death:
                bench.stack.kill("api")
        bench.stack.until_ready()
    assert seen[-1].type == "end"
    stored = bench.assert_made(job).events
    assert [(event.number, event.type) for event in seen] == [(event.seq, event.type.value) for event in stored]
    assert [event.data["data"] for event in seen] == [event.data for event in stored]
    assert len([event for event in seen if event.type == "call.started"]) == STEPS
    with bench.stack.http() as http:
        past = http.get(f"{JOBS}/{job}/events", headers={"Last-Event-ID": str(seen[-1].number)})
    assert past.status_code == HTTPStatus.NO_CONTENT

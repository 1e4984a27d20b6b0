"""A provider is paused while 50 pages wait for it: nothing of it runs, through a restart of all, until resume."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import pytest

from domain.ids import JobId
from domain.route import SANDBOX_MODEL
from tests.acceptance.bench import JOBS, STEPS, Bench
from tests.acceptance.stack import until
from tests.acceptance.test_operator import told

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

QUEUE = "/api/ai/queue"
WAITING = 50
REASON = "openai answers 503"
PLAIN = {"brief": "Harbour Bakery bakes sourdough bread in Example Bay.", "route": [SANDBOX_MODEL]}


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Let 50 pages be paid for."""
    return {"PAGEWRIGHT_MAX_COST_PER_DAY": "1000"}


@pytest.fixture(scope="module")
def latency() -> float:
    """A vendor that is quick: many pages are made."""
    return 0.0


def test_a_paused_provider_holds_50_jobs_through_a_restart_while_others_go_on_and_drains_when_resumed(
    bench: Bench,
) -> None:
    stack = bench.stack
    told(stack, "queue", "pause", "--provider", "openai", "--reason", REASON)
    jobs = [bench.submit() for _ in range(WAITING)]
    until(lambda: queue_of(bench, "openai")["backlog"] == WAITING, 90, stack.story)
    assert_only_openai_is_held(bench)
    stack.stop()
    stack.start()
    until(lambda: queue_of(bench, "openai")["pollers"] == 1, 60, stack.story)
    assert queue_of(bench, "openai")["backlog"] >= WAITING  # an estimate, which a restarted server begins too high
    assert_only_openai_is_held(bench)
    stack.kill("worker")
    stack.until_ready()
    assert_only_openai_is_held(bench)
    resumed = json.loads(told(stack, "queue", "resume", "--provider", "openai", "--json"))
    assert [queue["paused"] for queue in resumed["queues"]] == [False]
    until(lambda: are_completed(bench, jobs), 150, stack.story)
    assert len(bench.vendor.entries) == WAITING * STEPS
    until(lambda: queue_of(bench, "openai")["backlog"] == 0, 30, stack.story)


def assert_only_openai_is_held(bench: Bench) -> None:
    """Not one request has reached the vendor, and a page of another provider is made meanwhile."""
    answer = bench.stack.post(JOBS, PLAIN)
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
    bench.stack.until_status(answer.json()["data"]["id"], "completed")
    held = queue_of(bench, "openai")
    assert (held["paused"], held["reason"], held["pausedBy"], held["runningCalls"]) == (True, REASON, "owner", 0)
    assert (held["effectiveCallsPerSecond"], held["limitedBy"]) == (0, "operator")
    assert not queue_of(bench, "sandbox")["paused"]
    assert bench.vendor.entries == ()


def queue_of(bench: Bench, provider: str) -> dict[str, Any]:
    listed = bench.stack.get(QUEUE)["queues"]
    (queue,) = [each for each in listed if each["provider"] == provider]
    return queue


def are_completed(bench: Bench, jobs: Sequence[JobId]) -> bool:
    completed = bench.stack.get(f"{JOBS}?status=completed&limit=100")["jobs"]
    return {job["id"] for job in completed} >= set(jobs)

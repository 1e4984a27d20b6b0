"""What somebody does to a job from outside: cancel it, terminate its workflow in Temporal, retry it many times."""

import asyncio
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import httpx
import pytest
from temporalio.client import Client

from domain.call import CallStatus
from domain.ids import JobId
from tests.acceptance.bench import JOBS, LAST, LAST_STEP, STEPS, Bench
from tests.acceptance.stack import RunningStack, until
from tests.programs import pagewright
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PROMPTLY = 5
"""Seconds within which a cancel reaches the request in flight."""


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Compare workflows with rows every few seconds, not every minute."""
    return {"PAGEWRIGHT_RECONCILE_EVERY": "PT2S", "PAGEWRIGHT_RECONCILE_GRACE": "PT2S"}


def test_a_cancel_aborts_the_request_in_flight_and_a_retry_takes_up_what_is_kept(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(behaviour=Behaviour.HANG))
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    since = time.monotonic()
    assert bench.stack.post(f"{JOBS}/{job}/cancel").status_code == HTTPStatus.ACCEPTED
    until(lambda: bench.asked(job, LAST)[0].outcome is Outcome.BROKEN, PROMPTLY, bench.stack.story)
    assert time.monotonic() - since < PROMPTLY
    receipt = bench.stack.until_status(job, "cancelled")["receipt"]
    assert receipt["costUsd"] == receipt["chargedUsd"] > 0
    assert (receipt["calls"], receipt["unknownCostCalls"]) == (STEPS, 1)
    assert json.loads(told(bench.stack, "jobs", "retry", job, "--json"))["round"] == 2
    assert bench.stack.until_status(job, "completed")["round"] == 2
    books = bench.assert_made(job)
    assert len(books.entries) == STEPS + 1
    assert [call.status for call in books.calls if call.step == LAST_STEP] == [
        CallStatus.CANCELLED,
        CallStatus.SUCCEEDED,
    ]


def test_a_job_terminated_in_temporal_becomes_a_dead_letter_that_can_be_retried(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(behaviour=Behaviour.HANG))
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    asyncio.run(terminate(bench.stack, job))
    failed = bench.stack.until_status(job, "failed")
    assert (failed["errorType"], failed["reservedUsd"]) == ("UNKNOWN", 0)
    letter = bench.stack.get(f"/api/ai/dlq/{job}")
    assert (letter["finishedSections"], letter["plannedSections"], letter["canRetry"]) == (STEPS - 2, STEPS - 1, True)
    assert "terminated" in letter["message"]
    assert bench.stack.insist(f"/api/ai/dlq/{job}/retry", {}, "after-it").status_code == HTTPStatus.ACCEPTED
    assert bench.stack.until_status(job, "completed")["round"] == 2
    assert len(bench.assert_made(job).entries) == STEPS + 1


def test_a_retry_sent_many_times_at_once_happens_once(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(behaviour=Behaviour.UNAVAILABLE))
    job = bench.submit(tries=1)
    bench.stack.until_status(job, "failed")
    path = f"/api/ai/dlq/{job}/retry"
    keys = ["one", "one", "one", "two", "three", None]

    def send(key: str | None) -> httpx.Response:
        return bench.stack.post(path, key=key)

    with ThreadPoolExecutor(len(keys)) as pool:
        answers = list(pool.map(send, keys))
    told = Counter(answer.status_code for answer in answers)
    assert told[HTTPStatus.ACCEPTED] >= 1
    assert told.keys() == {HTTPStatus.ACCEPTED, HTTPStatus.CONFLICT}
    for answer in answers:
        if answer.status_code == HTTPStatus.ACCEPTED:
            assert answer.json()["data"] == {"jobId": job, "round": 2}
    assert bench.stack.until_status(job, "completed")["round"] == 2
    assert len(bench.assert_made(job).entries) == STEPS + 1
    letters = bench.stack.get("/api/ai/dlq?status=all&limit=100")["entries"]
    assert [letter["status"] for letter in letters if letter["jobId"] == job] == ["retried"]


async def terminate(stack: RunningStack, job: JobId) -> None:
    """End a workflow as Temporal's Web UI does."""
    client = await Client.connect(stack.temporal_address)
    await client.get_workflow_handle(job).terminate("an operator did it")


def told(stack: RunningStack, *arguments: str) -> str:
    """Run a verb of the command line against the stack and return what it prints."""
    environment = stack.environment | {"PAGEWRIGHT_URL": stack.url, "PAGEWRIGHT_TOKEN": stack.token}
    ran = pagewright(*arguments, environment=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout

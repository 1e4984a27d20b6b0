"""The worker killed with SIGKILL: what a death costs is one request a step, and it is on the books."""

import time
from http import HTTPStatus

import pytest

from domain.call import CallStatus
from domain.ids import JobId
from domain.tries import MAX_LOST
from tests.acceptance.bench import JOBS, LAST, LAST_STEP, STEPS, Bench
from tests.vendors.behaviour import Act, Behaviour

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HANG = Act(behaviour=Behaviour.HANG)
TOO_LONG = 6
"""Seconds within which the API says that nobody answers it."""


def statuses(bench: Bench, job: JobId, step: str) -> list[CallStatus]:
    return [call.status for call in bench.books(job).calls if call.step == step]


def test_a_call_its_worker_died_under_is_lost_and_made_again(bench: Bench) -> None:
    bench.vendor.next(LAST, HANG)
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    bench.stack.kill("worker")
    done = bench.stack.until_status(job, "completed")
    assert statuses(bench, job, LAST_STEP) == [CallStatus.LOST, CallStatus.SUCCEEDED]
    assert len(bench.assert_made(job).entries) == STEPS + 1
    assert done["receipt"]["unknownCostCalls"] == 1
    assert [call["costUsd"] for call in done["calls"] if call["status"] == "lost"] == [None]


def test_without_a_worker_a_retry_says_so_and_the_same_request_works_once_it_is_back(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(behaviour=Behaviour.UNAVAILABLE))
    job = bench.submit(tries=1)
    bench.stack.until_status(job, "failed")
    path = f"/api/ai/dlq/{job}/retry"
    with bench.stack.without("worker"):
        since = time.monotonic()
        refused = bench.stack.post(path, key="again")
        assert time.monotonic() - since < TOO_LONG
        assert (refused.status_code, refused.json()["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "temporal_unavailable")
        assert int(refused.headers["retry-after"]) > 0
    answer = bench.stack.insist(path, {}, "again")
    assert (answer.status_code, answer.json()["data"]) == (HTTPStatus.ACCEPTED, {"jobId": job, "round": 2})
    assert bench.stack.until_status(job, "completed")["round"] == 2
    assert len(bench.assert_made(job).entries) == STEPS + 1
    assert bench.stack.post(path, key="again").json()["data"] == {"jobId": job, "round": 2}


@pytest.mark.timeout(600)
def test_ten_deaths_under_one_step_fail_two_rounds_and_the_third_makes_only_what_is_missing(bench: Bench) -> None:
    bench.vendor.next(LAST, *[HANG] * 2 * MAX_LOST)
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    for round_ in (1, 2):
        for death in range(1, MAX_LOST + 1):
            bench.until_asked(job, LAST, (round_ - 1) * MAX_LOST + death)
            bench.stack.kill("worker")
        assert_held(bench, job, round_)
        bench.stack.stop()  # a supervisor that has just begun starts a dead worker sooner
        bench.stack.start()
        retried = bench.stack.insist(f"{JOBS}/{job}/retry", {}, f"after-{round_}")
        assert (retried.status_code, retried.json()["data"]["round"]) == (HTTPStatus.ACCEPTED, round_ + 1)
    bench.stack.until_status(job, "completed")
    assert statuses(bench, job, LAST_STEP) == [CallStatus.LOST] * 2 * MAX_LOST + [CallStatus.SUCCEEDED]
    assert len(bench.assert_made(job).entries) == STEPS + 2 * MAX_LOST


def assert_held(bench: Bench, job: JobId, round_: int) -> None:
    """Hold a round whose last section was lost too often: it failed, and its dead letter has all the rest."""
    failed = bench.stack.until_status(job, "failed", seconds=200)
    assert (failed["round"], failed["errorType"], failed["reservedUsd"]) == (round_, "UNKNOWN", 0)
    assert statuses(bench, job, LAST_STEP) == [CallStatus.LOST] * MAX_LOST * round_
    letter = bench.stack.get(f"/api/ai/dlq/{job}")
    assert (letter["dlqJobId"], letter["step"]) == (f"dlq_{job}_{round_}", LAST_STEP)
    assert (letter["errorType"], letter["canRetry"]) == ("UNKNOWN", True)
    assert (letter["finishedSections"], letter["plannedSections"]) == (STEPS - 2, STEPS - 1)

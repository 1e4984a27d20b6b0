"""Temporal killed with SIGKILL: a submit is refused in time and can be sent again, a page under way goes on."""

import time
from collections import Counter
from http import HTTPStatus

import pytest

from domain.ids import OWNER_TENANT, JobId
from domain.job import JobStatus
from tests.acceptance.bench import JOBS, LAST, STEPS, Bench
from tests.acceptance.stack import until
from tests.vendors.behaviour import Act

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TOO_LONG = 6
"""Seconds within which the API says that nobody answers it."""


def test_a_submit_without_temporal_is_refused_and_sent_again_drives_the_same_job(bench: Bench) -> None:
    order, asked_before = bench.order(), len(bench.vendor.entries)
    with bench.stack.without("temporal"):
        since = time.monotonic()
        refused = bench.stack.post(JOBS, order, key="first")
        assert time.monotonic() - since < TOO_LONG
        assert (refused.status_code, refused.json()["code"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "temporal_unavailable")
        assert int(refused.headers["retry-after"]) > 0
        (row,) = bench.stack.read(lambda uow: uow.jobs.newest(OWNER_TENANT, limit=1))
        assert row.status is JobStatus.REFUSED
        assert len(bench.vendor.entries) == asked_before
    answer = bench.stack.insist(JOBS, order, "first")
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
    assert answer.json()["data"]["id"] == row.id
    bench.stack.until_status(row.id, "completed")
    books = bench.assert_made(JobId(row.id))
    assert len(books.entries) == STEPS
    assert [event.data["status"] for event in books.events if event.type == "end"] == ["refused", "completed"]


def test_a_page_goes_on_after_temporal_died_under_it(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(latency=4))
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    kept = bench.kept(job)
    bench.stack.kill("temporal")
    bench.stack.until_status(job, "completed")
    asked = Counter(call.step for call in bench.assert_made(job).calls)
    assert {step: asked[step] for step in kept} == dict.fromkeys(kept, 1)


def test_a_result_stored_while_temporal_was_away_is_not_made_again_when_the_worker_dies_too(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(latency=3))
    job = bench.submit()
    bench.until_only_last_is_missing(job)
    with bench.stack.without("temporal"):
        until(lambda: len(bench.kept(job)) == STEPS, 60, bench.stack.story)
        bench.stack.kill("worker")
    bench.stack.until_status(job, "completed")
    books = bench.assert_made(job)
    assert len(books.calls) == len(books.entries) == STEPS

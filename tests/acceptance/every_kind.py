"""One of everything that is counted: pages made, revised, published, given up and cancelled, and parts that die."""

import json
from http import HTTPStatus
from typing import Any

from tests.acceptance.bench import JOBS, Bench
from tests.acceptance.few_jobs import FewJobs
from tests.acceptance.stack import until
from tests.acceptance.traffic import UNAVAILABLE, order


def do_one_of_every_kind(bench: Bench) -> None:
    """Let everything happen that a healthy stack may see, then lose its worker and Temporal for a moment."""
    FewJobs(bench).fill()
    _revise_and_publish(bench)
    _retry_without_worker(bench)
    # By the worker that stays: what the other one counted of its own may be lost with it.
    _give_a_job_up(bench)
    _cancel_a_job_that_is_watched(bench)
    bench.stack.kill("temporal")
    until(lambda: _is_made(bench), 120, bench.stack.story, step=1)


def _revise_and_publish(bench: Bench) -> None:
    stack = bench.stack
    (job,) = stack.get(f"{JOBS}?status=completed&limit=1")["jobs"]
    page = f"/api/pages/{job['pageId']}"
    revised = _accepted(bench, f"{page}/revise", {"section": 0, "instruction": "Shorter", "baseVersion": 1})
    stack.until_status(revised["id"], "completed")
    assert stack.post(f"{page}/publish").status_code == HTTPStatus.OK


def _retry_without_worker(bench: Bench) -> None:
    """Get a 503; the worker that comes back has to replay what the one before had in memory."""
    (letter,) = bench.stack.get("/api/ai/dlq?limit=1&canRetry=true&provider=openai")["entries"]
    path = f"/api/ai/dlq/{letter['dlqJobId']}/retry"
    with bench.stack.without("worker"):
        assert bench.stack.post(path, key="drift").status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert bench.stack.insist(path, {}, "drift").status_code == HTTPStatus.ACCEPTED
    bench.stack.until_status(letter["jobId"], "completed")


def _give_a_job_up(bench: Bench) -> None:
    failing = _accepted(bench, JOBS, order(bench, UNAVAILABLE))["id"]
    bench.stack.until_status(failing, "failed")


def _cancel_a_job_that_is_watched(bench: Bench) -> None:
    slow = _accepted(bench, JOBS, order(bench, {"latencyMs": 60_000}))["id"]
    bench.stack.until_status(slow, "active")
    with bench.stack.http() as http, http.stream("GET", f"{JOBS}/{slow}/events") as events:
        assert next(events.iter_lines())
        _accepted(bench, f"{JOBS}/{slow}/cancel", {})
    bench.stack.until_status(slow, "cancelled")


def _is_made(bench: Bench) -> bool:
    """Whether a page is made again, by a stack that may still be on its way up."""
    answer = bench.stack.post(JOBS, order(bench))
    if answer.status_code != HTTPStatus.ACCEPTED:
        return False
    bench.stack.until_status(answer.json()["data"]["id"], "completed")
    return True


def _accepted(bench: Bench, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = bench.stack.post(path, body)
    assert answer.status_code == HTTPStatus.ACCEPTED, json.dumps(answer.json())
    return answer.json()["data"]

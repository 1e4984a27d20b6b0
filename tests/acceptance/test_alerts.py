"""Alerts come, are told to whom they concern, and go: a real Prometheus and Alertmanager watch a stack that is broken.

A minute of the rules lasts a second here. What Temporal's server remembers does not know of that: it tells of a worker
that was lost for 90 real seconds.
"""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from time import sleep
from typing import Final

import pytest

from tests.acceptance.bench import JOBS, Bench
from tests.acceptance.traffic import UNAVAILABLE, order, traffic
from tests.acceptance.watch import Watch, watching
from tests.programs import pagewright
from workflows.queues import POLL_IS_FRESH

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.requires("prometheus", "alertmanager")]

CRITICAL: Final = "#pagewright-critical"
WARNINGS: Final = "#pagewright-warnings"
WORKER: Final = "#pagewright-worker"

IDLE: Final = timedelta(seconds=32)
"""Half an hour of the rules, after which every alert that waits would have fired."""
WARNED_OF: Final = ("ProviderFailures", "DeadLettersGrowing")
FAILING: Final = ("CriticalAIJobFailureRate", "HighAIJobFailureRate", *WARNED_OF)
WITHOUT_WORKER: Final = ("NoAIJobsProcessed", "NoTaskQueuePollers")
TOO_MANY: Final = 101
"""Waiting jobs that AIQueueCongestion fires at."""
FORGOTTEN: Final = POLL_IS_FRESH.total_seconds() + 30


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Let many pages be made at once."""
    return {"PAGEWRIGHT_CALLS_PER_SECOND": "500", "PAGEWRIGHT_CALLS_PER_WORKER": "50"}


@pytest.fixture(scope="module")
def watch(running: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """What watches the module's stack."""
    folder: Path = tmp_path_factory.mktemp("watch")
    with watching(running.stack, folder) as watch:
        yield watch


def test_a_fresh_and_idle_stack_fires_the_watchdog_alone(watch: Watch) -> None:
    sleep(IDLE.total_seconds())
    assert watch.seen(IDLE) == {"Watchdog"}
    assert watch.receiver.to("/dead-man")
    assert watch.receiver.to("/slack") == watch.receiver.to("/pagerduty") == ()


def test_a_provider_that_fails_is_told_to_those_it_concerns_until_it_is_mended(bench: Bench, watch: Watch) -> None:
    with traffic(bench, UNAVAILABLE):
        watch.await_each("pending", *FAILING, seconds=90)
        watch.await_each("firing", *FAILING)
        watch.await_slack("FIRING", "CriticalAIJobFailureRate", CRITICAL)
        watch.await_pager("trigger", "CriticalAIJobFailureRate")
        for alert in WARNED_OF:
            watch.await_slack("FIRING", alert, WARNINGS)
        assert watch.alertmanager.states()["HighAIJobFailureRate"] == "suppressed"
        assert not watch.notified("HighAIJobFailureRate"), "the critical alert says it already"
    with traffic(bench):
        discard = ("dlq", "discard", "--all", "--yes", "--reason", "the provider was away")
        discarded = pagewright(*discard, environment=bench.stack.environment)
        assert discarded.returncode == 0, discarded.stderr
        watch.await_end(*FAILING)
        watch.await_slack("RESOLVED", "CriticalAIJobFailureRate", CRITICAL)
        watch.await_pager("resolve", "CriticalAIJobFailureRate")
        for alert in WARNED_OF:
            watch.await_slack("RESOLVED", alert, WARNINGS)


def test_a_worker_that_is_gone_is_told_to_its_channel_and_not_that_work_waits(bench: Bench, watch: Watch) -> None:
    with bench.stack.without("worker"):
        submit(bench, 1)
        watch.await_each("pending", "NoAIJobsProcessed")
        watch.await_each("firing", "NoAIJobsProcessed")
        submit(bench, TOO_MANY)
        watch.await_each("firing", "AIQueueCongestion")
        watch.await_each("firing", *WITHOUT_WORKER, seconds=FORGOTTEN)
        for alert in WITHOUT_WORKER:
            watch.await_slack("FIRING", alert, WORKER)
            watch.await_pager("trigger", alert)
        assert watch.alertmanager.states()["AIQueueCongestion"] == "suppressed"
        assert not watch.notified("AIQueueCongestion"), "that no worker is there says it already"
    watch.await_end(*WITHOUT_WORKER, "AIQueueCongestion", seconds=120)
    for alert in WITHOUT_WORKER:
        watch.await_slack("RESOLVED", alert, WORKER)
        watch.await_pager("resolve", alert)


def submit(bench: Bench, pages: int) -> None:
    for _ in range(pages):
        answer = bench.stack.post(JOBS, order(bench))
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text

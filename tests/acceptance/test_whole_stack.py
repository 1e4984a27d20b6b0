"""The whole embedded stack killed with SIGKILL, at twenty moments of a page's life, and started again.

Each time the page is completed, every request the vendor saw stands on exactly one row, and every stored result was
charged once and never asked for again.
"""

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx
import pytest

from domain.ids import OWNER_TENANT, JobId
from storage.unit_of_work import UnitOfWork
from tests.acceptance.bench import JOBS, LAST, STEPS, Bench
from tests.vendors.behaviour import Act, Behaviour

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED: Final = int(os.environ.get("KILL_SEED", "20"))
"""KILL_SEED=<number> draws other moments."""

KILLS: Final = 20
_ON_THE_WAY: Final = 0.15
"""Seconds a submit takes, about."""

_LAST_WORDS: Final = 0.3
"""Seconds from the vendor's last answer to the completed page, about."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One death of everything; `share` says how much of what it interrupts is over."""

    number: int
    when: str
    share: float = 0

    def __str__(self) -> str:
        """Name the case."""
        return f"{self.number:02}-{self.when}-{self.share:.2f}"


def kills() -> list[Kill]:
    """Return the moments: a few that matter most, and one drawn from each equal part of a page's life."""
    draw = random.Random(SEED)  # noqa: S311  moments, no secrets
    special = [
        Kill(0, "submitting", draw.random()),
        Kill(1, "submitted"),
        *(Kill(2 + third, "finishing", (third + draw.random()) / 3) for third in range(3)),
    ]
    parts = KILLS - len(special)
    lives = ((part + draw.random()) / parts for part in range(parts))
    return [*special, *(Kill(len(special) + part, "working", share) for part, share in enumerate(lives))]


@pytest.fixture(scope="module")
def latency() -> float:
    """Long enough that most moments of a page's life have a request in flight."""
    return 0.6


@pytest.fixture(scope="module")
def life(running: Bench) -> Iterator[float]:
    """Seconds from the answer to a submit to the completed page, when nothing is killed."""
    job = running.submit()
    since = time.monotonic()
    running.stack.until_status(job, "completed")
    lasted = time.monotonic() - since
    running.assert_made(job)
    yield lasted
    running.stack.read(assert_days_add_up)


@pytest.mark.parametrize("kill", kills(), ids=str)
def test_a_page_outlives_the_death_of_everything(bench: Bench, life: float, kill: Kill) -> None:
    tell(f"{kill} (seed {SEED})")
    asked_before = len(bench.vendor.entries)
    job = _DEATHS[kill.when](bench, kill.share, life)
    up_again = time.monotonic()
    bench.stack.until_status(job, "completed")
    books = bench.assert_made(job)
    waited = time.monotonic() - up_again
    tell(f"completed {waited:.1f} s later in round {books.job.round}, {books.never_left} requests never left")
    assert len(set(books.lost)) == len(books.lost), "one death lost two requests of a step"
    assert len(bench.vendor.entries) == asked_before + len(books.entries), "a page of before was asked for again"


def test_jobs_that_wait_for_somebody_outlive_the_death_of_everything(bench: Bench) -> None:
    bench.vendor.next(LAST, Act(behaviour=Behaviour.UNAVAILABLE))
    failed = bench.submit(tries=1)
    bench.stack.until_status(failed, "failed")
    bench.vendor.next(LAST, Act(behaviour=Behaviour.HANG))
    cancelled = bench.submit()
    bench.until_only_last_is_missing(cancelled)
    assert bench.stack.post(f"{JOBS}/{cancelled}/cancel").status_code == HTTPStatus.ACCEPTED
    paused = bench.submit()
    assert bench.stack.post(f"{JOBS}/{paused}/pause").status_code == HTTPStatus.ACCEPTED
    bench.stack.kill_all()
    start_again(bench, failed, cancelled, paused)
    bench.stack.until_status(cancelled, "cancelled")
    assert bench.stack.get(f"{JOBS}/{paused}")["status"] == "paused"
    for job, action in ((failed, "retry"), (cancelled, "retry"), (paused, "resume")):
        assert bench.stack.post(f"{JOBS}/{job}/{action}").status_code == HTTPStatus.ACCEPTED
    for job in (failed, cancelled, paused):
        bench.stack.until_status(job, "completed")
        bench.assert_made(job)


def killed_working(bench: Bench, share: float, life: float) -> JobId:
    """Kill everything when a share of a page's life is over, start it again and return the job."""
    job = bench.submit()
    moment = time.monotonic() + share * life
    bench.stack.kill_all(when=lambda: time.monotonic() >= moment)
    start_again(bench, job)
    return job


def killed_finishing(bench: Bench, share: float, _life: float) -> JobId:
    """Kill everything between the vendor's last answer and the completed page, and start it again."""

    def answered() -> int:
        return sum(entry.answered for entry in bench.vendor.entries)

    def is_moment() -> bool:
        if answered() < written:
            return False
        time.sleep(share * _LAST_WORDS)
        return True

    written = answered() + STEPS
    job = bench.submit()
    bench.stack.kill_all(when=is_moment)
    start_again(bench, job)
    return job


def killed_submitting(bench: Bench, share: float, _life: float) -> JobId:
    """Kill everything while a submit is on its way, start it, and send the same again until it is taken."""
    order, key = bench.order(), "the-same"
    first: list[httpx.Response] = []

    def send() -> None:
        with suppress(httpx.TransportError):
            first.append(bench.stack.post(JOBS, order, key=key))

    sending = threading.Thread(target=send)
    sending.start()
    moment = time.monotonic() + share * _ON_THE_WAY
    bench.stack.kill_all(when=lambda: time.monotonic() >= moment)
    sending.join()
    bench.stack.start()
    again = bench.stack.insist(JOBS, order, key)
    assert again.status_code == HTTPStatus.ACCEPTED, again.text
    for answer in first:
        assert answer.json()["data"]["id"] == again.json()["data"]["id"]
    tell(f"the submit was {'answered' if first else 'cut off'}")
    return JobId(again.json()["data"]["id"])


_DEATHS: Final = {
    "submitting": killed_submitting,
    "submitted": killed_working,
    "working": killed_working,
    "finishing": killed_finishing,
}


def start_again(bench: Bench, *jobs: JobId) -> None:
    """Start the stack that was killed; leave a line on what it had done of some jobs."""
    for left in map(bench.books, jobs):
        tell(f"left as {left.job.status} with {len(left.calls)} calls and {len(left.entries)} requests")
    since = time.monotonic()
    bench.stack.start()
    tell(f"up again after {time.monotonic() - since:.1f} s")


async def assert_days_add_up(uow: UnitOfWork) -> None:
    jobs = await uow.jobs.newest(OWNER_TENANT, limit=1000)
    days = {moment.date() for job in jobs for moment in (job.created_at, job.updated_at)}
    spent = [await uow.spend.lock(OWNER_TENANT, day) for day in days]
    assert sum(day.cost for day in spent) == sum(job.cost for job in jobs)
    assert [day.reserved for day in spent] == [0] * len(spent)


def tell(line: str) -> None:
    """Leave a line that is shown when the test fails."""
    sys.stdout.write(f"{line}\n")

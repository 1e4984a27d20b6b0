"""The pace of a batch: an upper bound in any second, which late lines do not break."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import pace as module
from activities.pace import Pace, Paces, StoodStillError

SLACK = 1e-6
"""Seconds: sums of floats."""


class Time:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    use(made, monkeypatch)
    return made


def use(clock: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "monotonic", clock.monotonic)
    monkeypatch.setattr(module, "sleep", clock.sleep)


def most_within(seconds: float, times: Sequence[float]) -> int:
    return max(sum(begin <= time < begin + seconds - SLACK for time in times) for begin in times)


async def hold_up(pace: Pace, clock: Time, seconds: float) -> None:
    """Let time pass as in a worker that waits for something else, and is alive."""
    steps = ceil(seconds)
    for _ in range(steps):
        clock.now += seconds / steps
        pace.look()


async def let_through(pace: Pace, clock: Time, late: Sequence[float]) -> list[float]:
    """Return when each line was let through, where the caller was held up for so long before it."""
    times: list[float] = []
    for seconds in late:
        await hold_up(pace, clock, seconds)
        await pace.wait()
        times.append(clock.now)
    return times


@given(
    per_second=st.sampled_from([0.4, 1, 2.5, 7, 50]),
    late=st.lists(st.floats(min_value=0, max_value=3), min_size=2, max_size=200),
)
def test_no_more_go_in_any_second_than_may_however_late_they_are(per_second: float, late: list[float]) -> None:
    clock = Time()
    with pytest.MonkeyPatch.context() as patch:
        use(clock, patch)
        times = asyncio.run(let_through(Pace(per_second), clock, late))
    most = max(1, int(per_second))
    assert most_within(most / per_second, times) <= most


async def test_lines_in_time_go_evenly(clock: Time) -> None:
    times = await let_through(Pace(10, is_first=True), clock, [0] * 30)
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps == pytest.approx([0.1] * 29)


async def test_the_first_line_of_all_goes_at_once(clock: Time) -> None:
    assert await let_through(Pace(10, is_first=True), clock, [0]) == [1000.0]


async def test_late_lines_are_caught_up_with(clock: Time) -> None:
    late = [0.3 if number % 10 == 0 else 0 for number in range(100)]
    times = await let_through(Pace(10, is_first=True), clock, late)
    assert times[-1] - times[0] == pytest.approx(99 * 0.1 - 0.3), "but for the first, which nobody is late for"


async def test_who_does_not_know_when_lines_were_begun_waits_as_if_it_were_just_now(clock: Time) -> None:
    before = await let_through(Pace(5, is_first=True), clock, [0] * 12)
    after = await let_through(Pace(5), clock, [0] * 12)
    assert most_within(1, [*before, *after]) <= 5
    assert after[0] - before[-1] >= 1 - SLACK


async def test_who_stood_still_stops(clock: Time) -> None:
    pace = Pace(0.1, is_first=True)
    await let_through(pace, clock, [0, 7, 20])
    clock.now += 9
    with pytest.raises(StoodStillError):
        await pace.wait()
    pace.begin_turn()
    await pace.wait()


async def test_the_next_turn_goes_on_at_the_pace_of_the_one_before_and_at_no_other(clock: Time) -> None:
    paces = Paces()
    first = paces.of("batch_1", 1, "", is_first=True)
    await first.wait()
    assert paces.of("batch_1", 1, first.name, is_first=False) is first
    clock.now += 0.5
    assert first.away() == pytest.approx(0.5)
    assert paces.of("batch_1", 1, "of another process", is_first=False).away() == pytest.approx(1)


def test_paces_of_many_batches_are_forgotten_in_time() -> None:
    paces = Paces()
    old = paces.of("batch_old", 1, "", is_first=True)
    for number in range(100):
        paces.of(f"batch_{number}", 1, "", is_first=True)
    assert paces.of("batch_old", 1, old.name, is_first=False) is not old

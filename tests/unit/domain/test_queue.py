"""How much of a time some pauses cover."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.queue import CallsPerSecond, Span, overlap, rate_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def span(since: int, until: int) -> Span:
    """Return minutes after noon."""
    return Span(since=NOON + timedelta(minutes=since), until=NOON + timedelta(minutes=until))


@pytest.mark.parametrize(
    ("spans", "pauses", "minutes"),
    [
        ([span(0, 60)], [], 0),
        ([span(0, 60)], [span(10, 20)], 10),
        ([span(0, 60)], [span(-10, 20), span(50, 90)], 30),
        ([span(0, 60)], [span(10, 30), span(20, 40)], 30),
        ([span(0, 60)], [span(10, 40), span(20, 30)], 30),
        ([span(0, 60)], [span(10, 20), span(20, 30)], 20),
        ([span(0, 20), span(40, 60)], [span(10, 50)], 20),
        ([span(0, 60)], [span(70, 90)], 0),
        ([span(0, 60)], [span(-5, 90)], 60),
    ],
)
def test_the_time_covered_is_counted_once_and_only_inside(spans: list[Span], pauses: list[Span], minutes: int) -> None:
    assert overlap(spans, pauses) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("paused", "limit", "rate"), [(False, None, None), (False, 5, 5), (True, 5, 0), (True, None, 0)]
)
def test_a_pause_wins_over_a_limit(*, paused: bool, limit: float | None, rate: float | None) -> None:
    assert rate_of(paused=paused, calls_per_second=limit) == rate


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), 10_001])
def test_a_limit_is_a_finite_rate_above_zero(rate: float) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[float](CallsPerSecond).validate_python(rate)

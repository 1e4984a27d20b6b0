"""A provider's queue as an operator sets it: held back, limited, or left to itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from domain.model import Document

HELD: Final = 0.0
"""The rate at which nothing is handed out."""

CallsPerSecond = Annotated[float, Field(ge=0.01, le=10_000, allow_inf_nan=False)]
"""Model requests a second over all workers; Temporal keeps rates in 32 bits."""


class Span(Document):
    """A time from `since` to `until`."""

    since: datetime
    until: datetime


def rate_of(*, paused: bool, calls_per_second: float | None) -> float | None:
    """Return the rate a queue is to have; None leaves it to the workers' own setting."""
    return HELD if paused else calls_per_second


def overlap(spans: Iterable[Span], pauses: Iterable[Span]) -> timedelta:
    """Return how much of `spans`, which lie apart from each other, at least one of `pauses` covers."""
    joined = _joined(pauses)
    return sum((_common(span, pause) for span in spans for pause in joined), timedelta(0))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans that cover the same time and lie apart."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda each: each.since):
        if apart and span.since <= apart[-1].until:
            apart[-1] = Span(since=apart[-1].since, until=max(apart[-1].until, span.until))
        else:
            apart.append(span)
    return apart


def _common(one: Span, other: Span) -> timedelta:
    return max(min(one.until, other.until) - max(one.since, other.since), timedelta(0))

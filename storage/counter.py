"""Counters: what has happened so far, added up in the transaction in which it happened.

A number is kept in several rows, one a writer, so that transactions which count the same thing at once seldom wait for
each other; whoever reads it adds them up.
"""

import json
import random
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.metric import Counter, Histogram, Series
from storage.columns import BigInt
from storage.row import Row

SUM: Final = "sum"
"""Part of a histogram that adds up what was observed."""
_WHOLE: Final = ""
"""The one part of a counter."""
_WRITERS: Final = 8
"""On Postgres; SQLite writes one transaction at a time in any case."""

Parts = Mapping[str, int]
"""What was counted for one series: of a histogram by the upper bound of a bucket, not added up, and `SUM`."""


class CounterRow(Row, table=True):
    """One part of one series as one writer has counted it."""

    metric: str = Field(primary_key=True)
    labels: str = Field(primary_key=True)
    """Values as a JSON list, in the order of the metric's labels."""
    part: str = Field(primary_key=True)
    writer: int = Field(primary_key=True)
    value: int = Field(sa_type=BigInt)
    """In whole units: nano-USD, microseconds, or pieces."""


class CounterRepository:
    """Every query on counters. What is counted is written at the end of the transaction, in one statement."""

    def __init__(self, session: AsyncSession) -> None:
        """Count in `session`."""
        self._session = session
        self._counted: defaultdict[tuple[str, str, str], int] = defaultdict(int)

    def add(self, series: Series, amount: int = 1) -> None:
        """Count `amount` more of a counter, in the whole units it is kept in; nothing is written for 0."""
        if amount:
            self._counted[series.metric.name, series.key, _WHOLE] += amount

    def observe(self, series: Series, seconds: float) -> None:
        """Count one observation of a histogram."""
        metric = cast("Histogram", series.metric)
        bound = next((bound for bound in metric.buckets if seconds <= bound), float("inf"))
        self._counted[metric.name, series.key, repr(float(bound))] += 1
        self._counted[metric.name, series.key, SUM] += round(seconds * metric.scale)

    async def write(self) -> None:
        """Send what was counted to the database.

        Rows are locked in one order by everybody and after all others, so that no two transactions wait for each other.
        """
        if not self._counted:
            return
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        writer = 0 if is_sqlite else random.randrange(_WRITERS)  # noqa: S311  it spreads load, and guards nothing
        insert = (sqlite.insert if is_sqlite else postgresql.insert)(CounterRow).values(
            [
                {"metric": metric, "labels": labels, "part": part, "writer": writer, "value": value}
                for (metric, labels, part), value in sorted(self._counted.items())
            ]
        )
        adding = {"value": col(CounterRow.value) + insert.excluded.value}
        keys = ["metric", "labels", "part", "writer"]
        await self._session.execute(insert.on_conflict_do_update(index_elements=keys, set_=adding))
        self._counted.clear()

    async def totals(self) -> Mapping[str, Mapping[tuple[str, ...], Parts]]:
        """Return what all writers have counted, by metric and by the values of its labels."""
        query = select(
            col(CounterRow.metric), col(CounterRow.labels), col(CounterRow.part), func.sum(col(CounterRow.value))
        ).group_by(col(CounterRow.metric), col(CounterRow.labels), col(CounterRow.part))
        totals: dict[str, dict[tuple[str, ...], dict[str, int]]] = {}
        for metric, labels, part, value in await self._session.execute(query):
            series = totals.setdefault(metric, {}).setdefault(tuple(json.loads(labels)), {})
            series[part] = int(value)
        return totals


def value_of(metric: Counter, parts: Parts) -> float:
    """Return what is exposed of a counter."""
    return parts.get(_WHOLE, 0) / metric.scale


def buckets_of(metric: Histogram, parts: Parts) -> tuple[list[tuple[float, int]], float]:
    """Return how many observations each bucket holds with those below it, the last one all, and their sum in seconds.

    A count under a bound the metric had in an earlier release goes to the next one it has now.
    """
    counts = [(float(part), count) for part, count in parts.items() if part != SUM]
    bounds = [*metric.buckets, float("inf")]
    cumulative = [(bound, sum(count for upper, count in counts if upper <= bound)) for bound in bounds]
    return cumulative, parts.get(SUM, 0) / metric.scale

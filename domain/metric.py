"""What a metric is: its name, its labels, and how what is counted becomes what is exposed."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MICROSECONDS: Final = 1_000_000
"""Counted in a second."""
NANO_USD: Final = 1_000_000_000
"""Counted in a USD."""


class Unit(StrEnum):
    """What a number counts."""

    NUMBER = "number"
    SECONDS = "s"
    USD = "USD"
    PERCENT = "%"
    TRUTH = "0 or 1"


@dataclass(frozen=True, slots=True)
class Series:
    """One metric with a value for each of its labels."""

    metric: "Metric"
    values: tuple[str, ...]
    """In the order of the metric's labels."""

    @property
    def key(self) -> str:
        """The values as they are kept in a row."""
        return json.dumps(self.values, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, under the name it is exposed by."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    """Each with few values: never an id of a job, a page or a user."""
    unit: Unit = Unit.NUMBER

    def of(self, **labels: str) -> Series:
        """Return the series with these labels. Raises ValueError when they are not the metric's."""
        if labels.keys() != set(self.labels):
            message = (
                f"{self.name} has the labels {', '.join(self.labels) or 'none'}, not {', '.join(labels) or 'none'}"
            )
            raise ValueError(message)
        return Series(self, tuple(labels[name] for name in self.labels))


@dataclass(frozen=True, slots=True)
class Gauge(Metric):
    """What is so now."""


@dataclass(frozen=True, slots=True)
class Counter(Metric):
    """What has happened so far. Its name ends with `_total`."""

    scale: int = 1
    """How much is counted for 1 that is exposed: what is exact is counted in whole numbers."""


@dataclass(frozen=True, slots=True)
class Histogram(Metric):
    """How long what has happened took, in seconds; counted in microseconds."""

    unit: Unit = Unit.SECONDS
    buckets: tuple[float, ...] = ()
    """Upper bounds, without infinity."""
    scale: int = MICROSECONDS

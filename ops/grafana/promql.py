"""Queries in Prometheus' language, made of the metrics that `telemetry.py` declares and of Temporal's."""

from dataclasses import dataclass
from typing import Final

from domain.metric import Metric

WINDOW: Final = "$__rate_interval"
"""Grafana's: four scrapes, or more where a point of the graph stands for more time."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where metrics come from. It decides how those of several processes are taken together."""

    matcher: str = ""
    """Of the job that exposes them, where several jobs expose metrics of one name."""
    is_same_everywhere: bool = False
    """Whether each process answers the whole: then one is taken, for a sum would count it once a process."""

    def rate(self, metric: Metric | str, *by: str, where: str = "", window: str = WINDOW) -> str:
        """Return how often something happens, a second."""
        return _sum(self._of_processes("rate", _name(metric), where, window), by)

    def increase(self, metric: Metric | str, *by: str, where: str = "", window: str = WINDOW) -> str:
        """Return how often something happened in the window."""
        return _sum(self._of_processes("increase", _name(metric), where, window), by)

    def quantile(self, share: float, metric: Metric | str, *by: str, where: str = "", window: str = WINDOW) -> str:
        """Return what a share of a histogram's observations stayed under."""
        buckets = _sum(self._of_processes("rate", f"{_name(metric)}_bucket", where, window), ("le", *by))
        return f"histogram_quantile({share}, {buckets})"

    def now(self, metric: Metric | str, *by: str, where: str = "") -> str:
        """Return what a gauge says."""
        aggregation = "max" if self.is_same_everywhere else "sum"
        return f"{aggregation}{_by(by)} ({self.select(metric, where)})"

    def select(self, metric: Metric | str, where: str = "") -> str:
        """Return the series of a metric, of each process its own."""
        matchers = ", ".join(filter(None, (self.matcher, where)))
        return f"{_name(metric)}{{{matchers}}}" if matchers else _name(metric)

    def _of_processes(self, function: str, name: str, where: str, window: str) -> str:
        values = f"{function}({self.select(name, where)}[{window}])"
        return f"max without (instance) ({values})" if self.is_same_everywhere else values


STORED: Final = Source(is_same_everywhere=True)
"""What the database counts and what is looked up: the same on every API process."""
OWN: Final = Source()
"""What each process counts of itself."""
SDK: Final = Source('job="worker"')
"""Temporal's SDK in our workers. Temporal's server has one too, with gauges of the same names."""
SERVER: Final = Source('job="temporal"')
"""Temporal's server."""


def ratio(part: str, whole: str) -> str:
    """Return how much of one thing there is for each of another; nothing where there is none of the other.

    What never happened has no series, and is 0 of what did.
    """
    return f"({part} or 0 * {whole}) / ({whole} > 0)"


def percent(part: str, whole: str) -> str:
    """Return how much of a hundred one thing is of another; nothing where there is none of the other."""
    return f"100 * {ratio(part, whole)}"


def or_zero(query: str, label: str = "") -> str:
    """Return a query that says 0 where there are no series: of what has never happened since a process started.

    With a `label`, that 0 is named `none` by it.
    """
    zero = f'label_replace(vector(0), "{label}", "none", "", "")' if label else "vector(0)"
    return f"({query} or on() {zero})"


def _name(metric: Metric | str) -> str:
    return metric if isinstance(metric, str) else metric.name


def _sum(values: str, by: tuple[str, ...]) -> str:
    return f"sum{_by(by)} ({values})"


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)})" if labels else ""

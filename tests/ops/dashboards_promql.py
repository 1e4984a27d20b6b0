"""What a query names: metrics with their labels, and how processes are taken together."""

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import promql_parser
from promql_parser import AggModifierType, AggregateExpr, Expr, Matcher, NumberLiteral, VectorSelector

import telemetry
from domain.metric import Histogram, Metric

_SIGNS: Final = {"MatchOp.Equal": "=", "MatchOp.NotEqual": "!=", "MatchOp.Re": "=~", "MatchOp.NotRe": "!~"}
_OF_A_TARGET: Final = {"job", "instance"}
_OWN: Final = {
    telemetry.HTTP_REQUESTS.name,
    telemetry.HTTP_DURATION.name,
    telemetry.SSE_CLIENTS.name,
    telemetry.POOL.name,
    telemetry.AUDIT_RECORDS_LOST.name,
}
"""What each process counts for itself. All else of ours is the same on every API process."""


@dataclass(frozen=True, slots=True)
class Named:
    """A metric as a query names it, inside the aggregations that take its series together, the outermost first."""

    name: str
    matchers: tuple[Matcher, ...]
    around: tuple[AggregateExpr, ...]

    @property
    def matched(self) -> frozenset[str]:
        """The labels it is chosen by."""
        return frozenset(matcher.name for matcher in self.matchers)

    @property
    def selector(self) -> str:
        """The metric with its matchers, without window and offset."""
        matchers = ", ".join(f"{each.name}{_SIGNS[str(each.op)]}{json.dumps(each.value)}" for each in self.matchers)
        return f"{self.name}{{{matchers}}}"

    @property
    def grouped(self) -> set[str]:
        """The labels that aggregations keep."""
        return {
            label
            for aggregation in self.around
            if aggregation.modifier is not None and aggregation.modifier.type == AggModifierType.By
            for label in aggregation.modifier.labels
        }

    @property
    def is_taken_once(self) -> bool:
        """Whether the instances that all say the same are no more than one in the result."""
        return bool(self.around) and _takes_one(self.around[-1])


def named_in(query: str) -> list[Named]:
    """Return the metrics a query names. Raises ValueError when it is no query."""
    found: list[Named] = []
    around: list[AggregateExpr] = []

    def enter(node: Expr) -> None:
        if isinstance(node, VectorSelector):
            found.append(Named(node.name or "", tuple(node.matchers.matchers), tuple(around)))
        if isinstance(node, AggregateExpr):
            around.append(node)

    def leave(node: Expr) -> None:
        if isinstance(node, AggregateExpr):
            around.pop()

    promql_parser.walk(promql_parser.parse(query), enter, leave)
    return found


def numbers_in(query: str) -> set[float]:
    """Return the numbers of a query."""
    found: set[float] = set()

    def enter(node: Expr) -> None:
        if isinstance(node, NumberLiteral):
            found.add(node.val)

    promql_parser.walk(promql_parser.parse(query), enter)
    return found


@functools.cache
def ours() -> dict[str, Metric]:
    """Return every series of ours, by its name."""
    return {name: metric for metric in telemetry.metrics() for name in _series(metric)}


def labels_of(metric: Metric) -> set[str]:
    """Return the labels that the series of a metric have."""
    return {*metric.labels, *_OF_A_TARGET, *({"le"} if isinstance(metric, Histogram) else ())}


def is_same_everywhere(metric: Metric) -> bool:
    """Return whether every API process answers the same."""
    return metric.name not in _OWN


def _series(metric: Metric) -> Iterator[str]:
    if isinstance(metric, Histogram):
        yield from (f"{metric.name}_{suffix}" for suffix in ("bucket", "count", "sum"))
    else:
        yield metric.name


def _takes_one(aggregation: AggregateExpr) -> bool:
    labels = aggregation.modifier.labels if aggregation.modifier is not None else []
    by = aggregation.modifier is None or aggregation.modifier.type == AggModifierType.By
    return str(aggregation.op) in {"max", "min"} and ("instance" not in labels if by else "instance" in labels)

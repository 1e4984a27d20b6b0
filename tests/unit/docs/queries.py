"""PromQL in the documents: which queries there are, and what they ask for that nobody exposes."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

import promql_parser as promql
import yaml

from domain.metric import Histogram, Metric
from telemetry import metrics
from tests.unit.docs.markdown import ROOT

Labels = AbstractSet[str] | None
"""Labels of a metric; None where they are not ours to know."""

_QUERY: Final = re.compile(r"'query=([^']*)'")
_ANY_QUERY: Final = re.compile(r"\bquery=")
_OF_TARGETS: Final = {"instance", "job"}
_OF_HISTOGRAMS: Final = {"_bucket": {"le"}, "_sum": set[str](), "_count": set[str]()}
_OF_PROMETHEUS: Final[Mapping[str, Labels]] = {
    "up": _OF_TARGETS,
    "ALERTS": _OF_TARGETS | {"alertname", "alertstate", "severity"},
}
_OF_TEMPORAL: Final = {
    "service_errors_resource_exhausted",
    "persistence_latency_bucket",
    "persistence_error_with_type",
}
"""What Temporal's server exposes without a prefix that tells."""
_PREFIXES: Final = ("temporal_", "process_")
"""Of what Temporal's SDK and each process expose."""


def queries_of(text: str) -> list[str]:
    """Return the queries of a document. Fails for one that is not written as `'query=...'`."""
    queries = _QUERY.findall(text)
    assert len(queries) == len(_ANY_QUERY.findall(text)), "each query is written as 'query=...'"
    return queries


def known_metrics() -> dict[str, Labels]:
    """Return every metric a query may name, as Prometheus knows it: ours, recorded ones, Temporal's."""
    known: dict[str, Labels] = {**_OF_PROMETHEUS, **dict.fromkeys(_OF_TEMPORAL | recorded())}
    for metric in metrics():
        known.update(_series_of(metric))
    return known


def recorded() -> set[str]:
    """Return the names of recording rules."""
    return {str(rule["record"]) for rule in rules() if "record" in rule}


def rules() -> list[dict[str, Any]]:
    """Return every rule there is, alerts and recordings."""
    files = sorted((ROOT / "ops" / "prometheus" / "rules").glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text("utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def unknown_in(query: str, known: Mapping[str, Labels]) -> set[str]:
    """Return names and labels of a query that do not exist, as `name` or `name{label}`. Raises ValueError."""
    return set(_unknown(promql.parse(query), known))


def _series_of(metric: Metric) -> Iterator[tuple[str, Labels]]:
    labels = {*metric.labels, *_OF_TARGETS}
    if isinstance(metric, Histogram):
        yield from ((metric.name + suffix, labels | more) for suffix, more in _OF_HISTOGRAMS.items())
    else:
        yield metric.name, labels


def _unknown(parsed: promql.Expr, known: Mapping[str, Labels]) -> Iterator[str]:
    for selector in _selectors(parsed):
        name = selector.name or ""
        if name not in known and not name.startswith(_PREFIXES):
            yield name
        labels = known.get(name)
        if labels is not None:
            yield from (f"{name}{{{each.name}}}" for each in selector.matchers.matchers if each.name not in labels)
    for grouped in _aggregates(parsed):
        yield from _unknown_groups(grouped, known)


def _unknown_groups(grouped: promql.AggregateExpr, known: Mapping[str, Labels]) -> Iterator[str]:
    """Yield the labels of a `by` that no metric below it has."""
    below = [known.get(selector.name or "") for selector in _selectors(grouped)]
    if grouped.modifier is None or None in below:
        return
    there = {label for labels in below if labels is not None for label in labels}
    yield from (f"by {label}" for label in grouped.modifier.labels if label not in there)


def _selectors(expression: promql.Expr) -> list[promql.VectorSelector]:
    """Return the selectors of an expression, those with a range too."""
    return [part for part in _parts(expression) if isinstance(part, promql.VectorSelector)]


def _aggregates(expression: promql.Expr) -> list[promql.AggregateExpr]:
    return [part for part in _parts(expression) if isinstance(part, promql.AggregateExpr)]


def _parts(expression: promql.Expr) -> list[promql.Expr]:
    parts: list[promql.Expr] = []

    def visit(part: promql.Expr) -> None:
        parts.append(part.vector_selector if isinstance(part, promql.MatrixSelector) else part)

    promql.walk(expression, visit)
    return parts

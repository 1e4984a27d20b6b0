"""What rules, dashboards and documents ask Prometheus for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import promql_parser
from promql_parser import AggregateExpr, BinaryExpr, Expr

from ops.grafana.catalogue import queries
from tests.ops.dashboards_promql import Named, named_in
from tests.ops.rules import rules
from tests.unit.docs.markdown import documents

_QUERY: Final = re.compile(r"'query=([^']*)'")
_METRIC: Final = re.compile(
    r"\b(?:ai|http|task_queue|temporal|provider|page|sse|db|audit|process|python|service|persistence|schedule)_[a-z0-9_]+\b"
)
"""What looks like one of the metrics there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and where it stands."""

    where: str
    query: str

    @property
    def named(self) -> list[Named]:
        """The series it names."""
        return named_in(self.query)

    @property
    def labels(self) -> set[str]:
        """The labels it groups or joins by."""
        found: set[str] = set()

        def enter(node: Expr) -> None:
            if isinstance(node, AggregateExpr) and node.modifier is not None:
                found.update(node.modifier.labels)
            if isinstance(node, BinaryExpr) and node.modifier and node.modifier.matching:
                found.update(node.modifier.matching.labels)

        promql_parser.walk(promql_parser.parse(self.query), enter)
        return found


def by_rules() -> Iterator[Asked]:
    """Yield what alerts and recorded rules ask."""
    for rule in rules():
        yield Asked(rule.name, rule.expression)


def by_dashboards() -> Iterator[Asked]:
    """Yield what panels ask."""
    for query in queries():
        yield Asked(f"{query.dashboard}: {query.panel}", query.expression)


def by_documents() -> Iterator[Asked]:
    """Yield what commands in documents ask."""
    for document in documents():
        for query in _QUERY.findall("\n".join(document.shell_lines())):
            yield Asked(document.name, query)


def named_by_documents() -> dict[str, set[str]]:
    """Return the metrics that documents name, in queries and elsewhere, by the documents' names."""
    return {document.name: set(_METRIC.findall(document.text)) for document in documents()}

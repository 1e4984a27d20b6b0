"""What rules, dashboards and documents ask Prometheus for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import promql_parser
from promql_parser import AggregateExpr, BinaryExpr, Expr

from ops.grafana.catalogue import queries
from ops.metrics.reference import REFERENCE
from tests.ops.dashboards_promql import Named, named_in
from tests.ops.rules import rules
from tests.unit.docs.markdown import Document, documents

_QUERY: Final = re.compile(r"'query=([^']*)'")
_METRIC: Final = re.compile(
    r"(?<![\w:])"
    r"(?:ai|http|task_queue|temporal|provider|page|sse|db|audit|process|python|service|persistence|schedule)_[a-z0-9_]+"
    r"(?![\w:])"
)
"""What looks like one of the metrics there are, wherever it stands."""
_RECORDED: Final = re.compile(r"(?<![\w:])[a-z_]+:[a-z_]+:[a-z_]+[0-9]+[smhd](?![\w:])")
"""What looks like a recorded series. Parts of its name are none."""
_SERIES: Final = re.compile(r"([a-zA-Z]\w*)(?:\{.*\})?")
_LISTED: Final = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


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
    listed = listed_metrics()
    return {document.name: named_by(document, listed) for document in documents()}


def named_by(document: Document, listed: set[str]) -> set[str]:
    """Return the metrics a document names, and what it marks as code that begins like one of those listed."""
    begins = {name.partition("_")[0] for name in listed if "_" in name}
    series = (_SERIES.fullmatch(code) for code in document.code())
    marked = {found[1] for found in series if found is not None}
    like = {name for name in marked if "_" in name and name.partition("_")[0] in begins}
    return {*_METRIC.findall(document.text), *_RECORDED.findall(document.text), *(marked & listed), *like}


def listed_metrics() -> set[str]:
    """Return the metrics that `docs/metrics.md` lists."""
    tables = REFERENCE.read_text("utf-8").split("| metric |")[1:]
    return {name for table in tables for name in _LISTED.findall(table)}

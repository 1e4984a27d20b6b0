"""`docs/metrics.md`: every metric of ours as `telemetry.py` declares it, and what else rules and dashboards ask for."""

import inspect
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

import promql_parser
import yaml
from promql_parser import Expr, VectorSelector

import telemetry
from domain.metric import Counter, Histogram, Metric
from ops.grafana.catalogue import DASHBOARDS

ROOT: Final = Path(__file__).resolve().parents[2]
REFERENCE: Final = ROOT / "docs" / "metrics.md"
RULES: Final = ROOT / "ops" / "prometheus" / "rules"

_HEAD: Final = """# Metrics

Every metric under Pagewright's names, then those of others that rules and dashboards ask for. Made from `telemetry.py`,
the rules and the dashboards by `python -m ops.metrics`; a test fails when it is stale.

| job | asked at | exposes |
|---|---|---|
| `api` | `/metrics` of each API process, port 3000 | all under our names; `process_*`, `python_*` |
| `worker` | port 9464 and up, one a process | `temporal_*` of its SDK; `db_connection_pool`, `process_*`, `python_*` |
| `temporal` | port 9233 of the embedded Temporal | Temporal's server |
| `prometheus`, `alertmanager` | ports 9090 and 9093 | themselves |

The ports are [settings](settings.md). `pagewright observe` starts all of it; Prometheus adds the labels `job` and
`instance`. What the database counts and what is looked up is the same from every API process: take one of them before
you add up, as in `sum(max without (instance) (rate(ai_jobs_total[5m])))`. These counters never go back, and no restart
changes them. A series that may be counted is there from 0 on.

`model` is the catalogue's name, such as `openai:gpt-6-luna`; `none` stands where there is no model or provider. No
label has an id of a job, a page or a user.
"""
_SECTIONS: Final = {
    "Counted": "Counted by the database",
    "Looked": "Looked up",
    "Each": "Of each process",
}
"""Titles, by the first word of the comment in `telemetry.py` that is above the metrics."""
_OTHERS: Final = """## Others' metrics that are used

A histogram's name stands here without its `_bucket`. `temporal_*` is
[the SDK's](https://docs.temporal.io/references/sdk-metrics), whose durations are seconds here; the names without a
prefix are [the server's](https://docs.temporal.io/references/cluster-metrics), in seconds too.
[ops/prometheus](../ops/prometheus/README.md) tells what their names do not.
"""
_ASSIGNED: Final = re.compile(r"([A-Z_]+): Final = (?:Counter|Gauge|Histogram)\(")
_PROCESS: Final = ("process_", "python_")
_PROMETHEUS: Final = ("up", "ALERTS")


def reference() -> str:
    """Return the text of `docs/metrics.md`."""
    return "\n".join([_HEAD, *chain.from_iterable(map(_section, *zip(*_grouped(), strict=True))), *_others()])


def _grouped() -> Iterator[tuple[str, list[Metric]]]:
    """Yield each comment of `telemetry.py` that stands above metrics, and these."""
    comment, metrics = "", list[Metric]()
    for line in inspect.getsource(telemetry).splitlines():
        if line.startswith("# "):
            if metrics:
                yield comment, metrics
            comment, metrics = line.removeprefix("# "), []
        elif found := _ASSIGNED.match(line):
            metrics.append(getattr(telemetry, found[1]))
    yield comment, metrics


def _section(comment: str, metrics: list[Metric]) -> Iterator[str]:
    yield f"## {_SECTIONS[comment.partition(' ')[0]]}\n"
    yield f"{comment}\n"
    yield "| metric | type | unit | labels | what it says |"
    yield "|---|---|---|---|---|"
    for metric in metrics:
        labels = ", ".join(f"`{label}`" for label in metric.labels) or "none"
        yield f"| `{metric.name}` | {_type(metric)} | {metric.unit.value} | {labels} | {metric.help} |"
    yield ""


def _type(metric: Metric) -> str:
    match metric:
        case Histogram():
            return f"histogram, {metric.buckets[0]:g} to {metric.buckets[-1]:g}"
        case Counter():
            return "counter"
        case _:
            return "gauge"


def _others() -> Iterator[str]:
    yield _OTHERS
    yield "| metric | job | used in |"
    yield "|---|---|---|"
    for name, users in sorted(_used().items()):
        if name not in _ours() and ":" not in name:
            yield f"| `{name}` | {_job(name)} | {'; '.join(users)} |"
    yield ""


def _used() -> Mapping[str, list[str]]:
    """Return who asks for a metric, by its name: alerts, recorded rules and panels."""
    used: dict[str, list[str]] = {}
    for user, expression in chain(_rules(), _panels()):
        for name in dict.fromkeys(_names(expression)):
            users = used.setdefault(name, [])
            if user not in users:
                users.append(user)
    return used


def _rules() -> Iterator[tuple[str, str]]:
    for path in sorted(RULES.glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            for rule in group["rules"]:
                alert: str | None = rule.get("alert")
                yield f"`{rule['record']}`" if alert is None else f"[{alert}](runbooks/{alert}.md)", rule["expr"]


def _panels() -> Iterator[tuple[str, str]]:
    for board in DASHBOARDS:
        for panel in board.panels():
            for query in panel.queries:
                yield f'"{panel.title}"', re.sub(r"\$__\w+", "1m", query.expression)


def _names(expression: str) -> list[str]:
    found: list[str] = []

    def enter(node: Expr) -> None:
        if isinstance(node, VectorSelector) and node.name is not None:
            found.append(node.name.removesuffix("_bucket"))

    promql_parser.walk(promql_parser.parse(expression), enter)
    return found


def _ours() -> set[str]:
    names = {metric.name for metric in telemetry.metrics()}
    return names | {f"{name}_{suffix}" for name in names for suffix in ("count", "sum")}


def _job(name: str) -> str:
    if name in _PROMETHEUS:
        return "every one" if name == "up" else "`prometheus`"
    if name.startswith(_PROCESS):
        return "`api`, `worker`"
    return "`worker`" if name.startswith("temporal_") else "`temporal`"

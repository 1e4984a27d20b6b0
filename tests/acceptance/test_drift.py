"""What rules, dashboards and documents ask for is what `pagewright observe` has after a run with everything in it."""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

import httpx
import pytest

import telemetry
from domain.metric import Histogram, Metric
from ops.grafana.catalogue import FOLDER
from tests.acceptance.bench import Bench
from tests.acceptance.every_kind import do_one_of_every_kind
from tests.acceptance.stack import until
from tests.acceptance.traffic import traffic
from tests.ops.asked import Asked, by_dashboards, by_documents, by_rules, named_by_documents
from tests.ops.dashboards_promql import Named, labels_of
from tests.ops.prometheus_server import Prometheus
from tests.ops.rules import rules, temporal_metrics

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.requires("prometheus", "alertmanager")]

TARGETS: Final = {"api", "worker", "temporal", "prometheus", "alertmanager"}
SCRAPE: Final = 30.0
"""Seconds in which Prometheus finds its targets and asks each of them once."""
SHOWN_WITHIN: Final = 150.0
"""Some rules are computed once a minute, from two scrapes at least."""

TROUBLE: Final = frozenset(
    {
        "temporal_workflow_task_execution_failed_total",
        "temporal_sticky_cache_miss_total",
        "temporal_sticky_cache_total_forced_eviction_total",
        "blob_size_error",
        "service_errors_resource_exhausted",
        "schedule_missed_catchup_window",
        "schedule_action_errors",
        "schedule_buffer_overruns",
        "schedule_rate_limited",
    }
)
"""What Temporal counts when our code is broken, or it is overrun or away for long. Where alerts stand on it,
`tests/ops/test_temporal_metrics.py` lets it happen; `tests/ops/test_dashboards.py` looks for all names in its programs.
"""
TROUBLE_OF: Final = {"temporal_activity_execution_failed_total": {"failure_reason"}}
"""Labels whose values mean such trouble."""
RECORDED: Final = frozenset(rule.name for rule in rules() if not rule.is_alert)
RECORDED_OF_TROUBLE: Final = frozenset(name for name in RECORDED if name.startswith("temporal:"))
NOT_OURS: Final = ("process_", "python_", "scrape_", "up")


@pytest.fixture(scope="module")
def verb() -> str:
    """With Prometheus and Alertmanager, as they are."""
    return "observe"


@pytest.fixture(scope="module")
def latency() -> float:
    """A vendor that is quick."""
    return 0.0


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Probes, for what they tell."""
    return {"PAGEWRIGHT_PROBE_EVERY": "10"}


@pytest.fixture(scope="module")
def prometheus(running: Bench) -> Prometheus:
    """The Prometheus of the module's stack, which has seen its targets."""
    prometheus = Prometheus(running.stack.prometheus_url)
    until(lambda: are_up(prometheus), SCRAPE, running.stack.story)
    return prometheus


@pytest.fixture(scope="module")
def lived(running: Bench, prometheus: Prometheus) -> Iterator[Prometheus]:
    """The same, when everything has happened, while pages go on to be made."""
    do_one_of_every_kind(running)
    with traffic(running):
        yield prometheus


def test_everything_that_is_watched_is_up_within_a_scrape(prometheus: Prometheus) -> None:
    assert set(prometheus.targets()) == TARGETS


def test_it_says_where_everything_is_and_that_nobody_is_told_yet(running: Bench) -> None:
    said = running.stack.output.read_text()
    for url in (running.stack.prometheus_url, f"{running.stack.prometheus_url}/alerts", running.stack.alertmanager_url):
        assert f" {url}\n" in said
    assert f"{FOLDER}\n" in said, "the dashboards"
    assert "nobody: set SLACK_WEBHOOK_URL" in said


def test_every_series_and_label_that_is_asked_for_is_there(lived: Prometheus) -> None:
    asked = [*by_rules(), *by_dashboards(), *by_documents()]
    wanted = {named.selector: named for each in asked for named in each.named if not is_trouble(named)}
    until_none(wanted, lambda selector: not has_series(lived, wanted[selector]))
    assert {each.where: missing for each in asked if (missing := unknown_labels(lived, each))} == {}


def test_every_metric_that_a_document_names_is_there(lived: Prometheus) -> None:
    there = {series["__name__"] for series in lived.series('{__name__!=""}')}
    known = there | {name.removesuffix("_bucket") for name in there} | TROUBLE | RECORDED
    named = named_by_documents()
    assert {document: names - known for document, names in named.items() if names - known} == {}


def test_every_metric_of_ours_is_exposed_with_its_labels_and_no_other_is(lived: Prometheus) -> None:
    exposed = {series["__name__"]: set(series) - {"__name__"} for series in lived.series(exposed_by("api"))}
    ours = {name: labels for name, labels in exposed.items() if not name.startswith(NOT_OURS)}
    assert ours == {name: labels for metric in telemetry.metrics() for name, labels in expected(metric)}


def test_a_worker_exposes_under_our_names_its_connections_alone(lived: Prometheus) -> None:
    exposed = {series["__name__"] for series in lived.series(exposed_by("worker"))}
    assert {name for name in exposed if not name.startswith((*NOT_OURS, "temporal_"))} == {telemetry.POOL.name}


def test_every_panel_shows_something(lived: Prometheus) -> None:
    queries = {f"{each.where}: {each.query}": each.query for each in by_dashboards()}
    assert queries
    until_none(queries, lambda key: not has_value(lived, queries[key]))


def test_what_watches_is_started_again_when_it_dies(lived: Prometheus, running: Bench) -> None:
    killed = {name: running.stack.kill(name) for name in ("prometheus", "alertmanager")}
    running.stack.until_ready()
    until(lambda: are_up(lived), SCRAPE * 2, running.stack.story)
    assert set(killed.items()).isdisjoint(running.stack.pids.items())
    assert lived.query('max_over_time(ai_jobs_total{status="failed"}[10m])'), "the samples of before are there"


def test_what_only_trouble_shows_is_held_to_its_names_elsewhere() -> None:
    in_dashboards = {named.name for asked in by_dashboards() for named in asked.named}
    assert set(temporal_metrics()) | in_dashboards >= TROUBLE


def exposed_by(job: str) -> str:
    """Return a selector of what a job exposes: what rules record or alert of it has a colon, or a name of its own."""
    return f'{{job="{job}", __name__!~".*:.*|ALERTS.*"}}'


def until_none(keys: Iterable[str], is_missing: Callable[[str], bool]) -> None:
    """Wait until none of these is missing, each looked for until it was there once."""
    missing = set(keys)

    def are_found() -> bool:
        missing.difference_update([key for key in missing if not is_missing(key)])
        return not missing

    until(are_found, SHOWN_WITHIN, lambda: "\n".join(sorted(missing)), step=2)


def are_up(prometheus: Prometheus) -> bool:
    try:
        return set(prometheus.targets().values()) == {"up"}
    except httpx.TransportError:
        return False


def is_trouble(named: Named) -> bool:
    """Whether there is such a series only when Temporal is in trouble. Alerts themselves need not fire either."""
    if named.name in TROUBLE | RECORDED_OF_TROUBLE | {"ALERTS"}:
        return True
    return not named.matched.isdisjoint(TROUBLE_OF.get(named.name, set()))


def has_series(prometheus: Prometheus, named: Named) -> bool:
    """Whether there are series a selector finds, with the labels it names."""
    labels = set(chain.from_iterable(prometheus.series(named.selector)))
    return bool(labels) and labels >= named.matched


def unknown_labels(prometheus: Prometheus, asked: Asked) -> set[str]:
    """Return the labels a query groups or joins by and none of its series has."""
    if any(is_trouble(named) for named in asked.named) or not asked.labels:
        return set()
    return asked.labels - set(chain.from_iterable(prometheus.series(*(named.name for named in asked.named))))


def has_value(prometheus: Prometheus, query: str) -> bool:
    return any(not math.isnan(float(series["value"][1])) for series in prometheus.query(query))


def expected(metric: Metric) -> Iterator[tuple[str, set[str]]]:
    """Yield the names of a metric's series, and their labels."""
    if isinstance(metric, Histogram):
        yield f"{metric.name}_bucket", labels_of(metric)
        for part in ("count", "sum"):
            yield f"{metric.name}_{part}", labels_of(metric) - {"le"}
    else:
        yield metric.name, labels_of(metric)

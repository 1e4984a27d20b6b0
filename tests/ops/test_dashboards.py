"""Grafana's dashboards: up to date, about metrics there are, and a way from each alert to its runbook."""

import functools
import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import temporalio.bridge
import yaml

import telemetry
from ops.grafana.board import Board
from ops.grafana.catalogue import DASHBOARDS, FOLDER, PanelQuery, files, queries
from ops.grafana.panels import Limit, Panel
from ops.grafana.promql import OWN, STORED
from ops.grafana.variables import Addresses
from tests.ops.dashboards_promql import Named, is_same_everywhere, labels_of, named_in, numbers_in, ours
from tests.programs import ROOT, run

Json = dict[str, Any]

PROMETHEUS: Final = ROOT / "ops/prometheus"
PROVISIONING: Final = ROOT / "ops/grafana/provisioning"
THE_EIGHT: Final = [
    *("AI Job Rate", "Success Rate", "Processing Time Percentiles", "Queue Status"),
    *("Jobs by Provider", "Validation Pass Rate", "Token Usage Rate", "Retry Rate"),
]
UNITS: Final = {"s", "percent", "short", "bytes", "reqps", "currencyUSD"}
"""Of Grafana's, those in use; `suffix:` and a text is one too."""
COLOURS: Final = {"critical": "red", "warning": "orange", "info": "yellow"}
FIRST_SCREEN: Final = 20
"""Height of the grid that a screen of 1080 pixels shows without scrolling."""
WIDTH: Final = 24

_SUFFIX: Final = re.compile(r"_(bucket|total|seconds|seconds_bucket)$")
_VARIABLE: Final = re.compile(r"\$\{?(\w+)")


@dataclass(frozen=True, slots=True)
class Alert:
    name: str
    expression: str
    dashboard: str


def read(path: Path) -> Json:
    return yaml.safe_load(path.read_text("utf-8"))


@functools.cache
def rules() -> list[Json]:
    groups = (group for path in sorted((PROMETHEUS / "rules").glob("*.yml")) for group in read(path)["groups"])
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[Alert]:
    return [
        Alert(rule["alert"], rule["expr"], rule["annotations"]["dashboard_url"].rpartition("/")[2])
        for rule in rules()
        if "alert" in rule
    ]


def limits() -> list[tuple[Panel, Limit]]:
    return [(panel, limit) for board in DASHBOARDS for panel in board.panels() for limit in panel.limits if limit.alert]


def drawn(board: Board) -> Json:
    return json.loads((FOLDER / f"{board.uid}.json").read_text("utf-8"))


def drawn_panels(board: Board) -> list[Json]:
    return [panel for panel in drawn(board)["panels"] if panel["type"] != "row"]


@functools.cache
def of_temporal() -> set[str]:
    """Return the metrics that dashboards ask Temporal's SDK and server for: they always name the job."""
    named = itertools.chain.from_iterable(named_in(query.expression) for query in queries())
    return {one.name for one in named if "job" in one.matched and not one.name.startswith("process_")}


def query_id(query: PanelQuery) -> str:
    return f"{query.dashboard}: {query.panel}"


each_board = pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
each_query = pytest.mark.parametrize("query", queries(), ids=query_id)
each_alert = pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)


@pytest.mark.generated
def test_the_dashboards_are_up_to_date() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert written == files(Addresses()), "write them with: python -m ops.grafana"


def test_every_dashboard_has_a_uid_of_its_own() -> None:
    uids = [board.uid for board in DASHBOARDS]
    assert len(uids) == len(set(uids))


@each_alert
def test_an_alert_leads_to_a_dashboard_that_leads_to_its_runbook(alert: Alert) -> None:
    (board,) = (board for board in DASHBOARDS if board.uid == alert.dashboard)
    links = [link["url"] for panel in drawn_panels(board) for link in panel["links"]]
    assert f"${{docs_url:raw}}/docs/runbooks/{alert.name}.md" in links


@each_board
def test_panels_lead_to_runbooks_of_alerts_there_are(board: Board) -> None:
    named = {alert for panel in board.panels() for alert in panel.alerts}
    assert named <= {alert.name for alert in alerts()}


@pytest.mark.parametrize(("panel", "limit"), limits(), ids=lambda value: getattr(value, "title", None))
def test_a_panel_changes_its_colour_where_its_alert_fires(panel: Panel, limit: Limit) -> None:
    (alert,) = (alert for alert in alerts() if alert.name == limit.alert)
    numbers = numbers_in(alert.expression)
    assert any(value in numbers for value in meant_by(limit)), f"{panel.title} has {limit.value}, the alert {numbers}"


@pytest.mark.parametrize(("panel", "limit"), limits(), ids=lambda value: getattr(value, "title", None))
def test_a_panel_is_as_red_as_its_alert_is_severe(panel: Panel, limit: Limit) -> None:
    (severity,) = (rule["labels"]["severity"] for rule in rules() if rule.get("alert") == limit.alert)
    assert limit.colour == COLOURS[severity], panel.title


def meant_by(limit: Limit) -> set[float]:
    """Return how an alert may write a limit: as a percentage, as what is left of a hundred, as "any" or "none"."""
    meant = {limit.value}
    if 1 <= limit.value <= 100:
        meant |= {limit.value / 100, round(1 - limit.value / 100, 4)}
    return meant | ({0.0} if limit.value == 1 else set())


@pytest.mark.requires("prometheus")
def test_prometheus_takes_every_query(tmp_path: Path) -> None:
    written = [{"record": f"query:{number}", "expr": query.expression} for number, query in enumerate(queries())]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": written}]}))
    checked = run("promtool", "check", "rules", tmp_path / "rules.yml")
    assert checked.returncode == 0, checked.stderr


@each_query
def test_a_query_names_metrics_there_are(query: PanelQuery) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    named = named_in(query.expression)
    assert named
    unknown = {one.name for one in named} - ours().keys() - recorded - of_temporal() - {"up", "ALERTS"}
    assert {name for name in unknown if not name.startswith("process_")} == set()


@each_query
def test_a_query_asks_for_labels_that_its_metrics_have(query: PanelQuery) -> None:
    metrics = ours()
    for named in named_in(query.expression):
        if named.name in metrics:
            assert named.matched | named.grouped <= labels_of(metrics[named.name])


def test_every_metric_of_temporal_is_one_that_its_server_or_sdk_knows(temporal_binary: Path) -> None:
    (sdk,) = Path(temporalio.bridge.__file__).parent.glob("temporal_sdk_bridge*.so")
    known = {'job="worker"': sdk.read_bytes(), 'job="temporal"': temporal_binary.read_bytes()}
    expressions = " ".join(query.expression for query in queries())
    for name in of_temporal():
        (job,) = set(re.findall(rf'\b{name}{{(job="\w+")', expressions))
        assert _SUFFIX.sub("", name).removeprefix("temporal_").encode() in known[job], name


@each_query
def test_what_is_the_same_on_every_api_process_is_taken_once(query: PanelQuery) -> None:
    assert [named.name for named in named_in(query.expression) if is_counted_too_often(named)] == []


def test_a_sum_over_api_processes_is_seen() -> None:
    (wrong,) = named_in(OWN.rate(telemetry.JOBS, "status", window="1m"))
    (right,) = named_in(STORED.rate(telemetry.JOBS, "status", window="1m"))
    assert is_counted_too_often(wrong)
    assert not is_counted_too_often(right)


def is_counted_too_often(named: Named) -> bool:
    metric = ours().get(named.name)
    return metric is not None and is_same_everywhere(metric) and not named.is_taken_once


@each_board
def test_every_panel_says_what_it_shows(board: Board) -> None:
    for panel in drawn_panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert defaults["unit"] in UNITS or defaults["unit"].startswith("suffix: ")
        assert defaults["noValue"]
        assert all(target["legendFormat"] for target in panel["targets"])
        if panel["type"] in {"timeseries", "state-timeline"}:
            assert panel["options"]["legend"]["showLegend"]


@each_board
def test_panels_can_be_told_apart(board: Board) -> None:
    panels = drawn(board)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    titles = [panel["title"] for panel in panels if panel["title"]]
    assert len(set(titles)) == len(titles)
    for panel in drawn_panels(board):
        legends = [target["legendFormat"] for target in panel["targets"]]
        assert len(legends) == len(set(legends)), panel["title"]


@each_board
def test_no_panel_covers_another(board: Board) -> None:
    covered: dict[tuple[int, int], str] = {}
    for panel in drawn(board)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= WIDTH, panel["title"]
        cells = itertools.product(
            range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        )
        for cell in cells:
            assert cell not in covered, f"{panel['title']} covers {covered[cell]}"
            covered[cell] = panel["title"]


def test_operations_begins_with_the_eight_panels_of_the_guide_on_one_screen() -> None:
    (operations,) = (board for board in DASHBOARDS if board.title == "AI Page Builder - Operations Dashboard")
    first = drawn(operations)["panels"][:8]
    assert [panel["title"] for panel in first] == THE_EIGHT
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in first) <= FIRST_SCREEN


@each_board
def test_every_variable_in_use_is_declared(board: Board) -> None:
    text = drawn(board)
    declared = {variable["name"] for variable in text["templating"]["list"]}
    used = set(_VARIABLE.findall(json.dumps([text["panels"], text["links"], text["templating"]])))
    assert {name for name in used if not name.startswith("__")} <= declared
    assert not board.has_models or {"provider", "model"} <= used


@each_board
def test_provider_and_model_are_looked_up_and_may_be_several(board: Board) -> None:
    for variable in drawn(board)["templating"]["list"]:
        if variable["name"] in {"provider", "model"}:
            (named,) = named_in(re.sub(r"label_values\((.+), \w+\)", r"\1", variable["query"]))
            assert variable["name"] in ours()[named.name].labels
            assert variable["multi"]
            assert variable["includeAll"]


def test_links_of_alerts_and_of_panels_lead_to_the_same_docs() -> None:
    labels = read(PROMETHEUS / "prometheus.yml")["global"]["external_labels"]
    assert Addresses().docs_url == labels["docs_url"]


def test_the_data_source_is_the_one_that_dashboards_ask_for() -> None:
    provisioned = read(PROVISIONING / "datasources/prometheus.yml")
    assert provisioned["apiVersion"] == 1
    (source,) = provisioned["datasources"]
    assert source.keys() <= {"name", "uid", "type", "access", "url", "isDefault", "editable", "jsonData"}
    assert (source["type"], source["access"]) == ("prometheus", "proxy")
    for board in DASHBOARDS:
        (variable,) = (one for one in drawn(board)["templating"]["list"] if one["type"] == "datasource")
        assert variable["query"] == source["type"]
        assert variable["current"] == {"selected": True, "text": source["name"], "value": source["uid"]}


def test_grafana_knows_how_often_prometheus_asks() -> None:
    (source,) = read(PROVISIONING / "datasources/prometheus.yml")["datasources"]
    assert source["jsonData"]["timeInterval"] == read(PROMETHEUS / "prometheus.yml")["global"]["scrape_interval"]


def test_grafana_loads_the_folder_that_compose_gives_it() -> None:
    provisioned = read(PROVISIONING / "dashboards/dashboards.yml")
    assert provisioned["apiVersion"] == 1
    (provider,) = provisioned["providers"]
    assert provider["type"] == "file"
    grafana = read(ROOT / "docker-compose.temporal.yml")["services"]["grafana"]
    volumes: list[str] = grafana["volumes"]
    mounted = {target: source for source, target, *_ in (volume.split(":") for volume in volumes)}
    folder = put_in(provider["options"]["path"], grafana["environment"])
    assert (ROOT / mounted[folder]).resolve() == FOLDER
    assert (ROOT / mounted["/etc/grafana/provisioning"]).resolve() == PROVISIONING


def test_grafana_reaches_the_prometheus_of_compose() -> None:
    (source,) = read(PROVISIONING / "datasources/prometheus.yml")["datasources"]
    services = read(ROOT / "docker-compose.temporal.yml")["services"]
    assert put_in(source["url"], services["grafana"]["environment"]) == "http://prometheus:9090"
    assert "prometheus" in services


def put_in(text: str, environment: dict[str, str]) -> str:
    """Return a value of provisioning as Grafana reads it: its variables are the environment's, without defaults."""
    return re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], text)

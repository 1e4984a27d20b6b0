"""The rules of Prometheus: each alert is proven to fire and to be quiet, complete, and about metrics there are."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.ops.dashboards_promql import Named, is_same_everywhere, labels_of, named_in, numbers_in, ours
from tests.ops.rules import FOLDER, RULES, TESTS, Rule, alerts, cases, rules, temporal_metrics
from tests.programs import run

SEVERITIES: Final = {"critical", "warning", "info", "none"}
ALWAYS_FIRES: Final = "Watchdog"
OF_WORKERS: Final = {
    *("NoAIJobsProcessed", "NoTaskQueuePollers", "WorkflowTaskFailures", "WorkflowNonDeterminism"),
    *("ScheduleToStartTooHigh", "TaskSlotsUsedUp", "TaskQueueBacklogTooOld"),
}
KNOWN: Final = {
    "HighAIJobFailureRate": ("warning", 0.10, "5m"),
    "CriticalAIJobFailureRate": ("critical", 0.25, "3m"),
    "SlowAIJobProcessing": ("warning", 15, "10m"),
    "HighAIJobRetryRate": ("warning", 1, "5m"),
    "AIQueueCongestion": ("warning", 100, "5m"),
    "AIQueueSeverelyCongested": ("critical", 500, "3m"),
    "LowValidationPassRate": ("warning", 80, "10m"),
    "NoAIJobsProcessed": ("critical", 0, "10m"),
    "HighTokenUsage": ("info", 1_000_000, "30m"),
    "ProviderFailures": ("warning", 0.25, "5m"),
}
"""Severity, threshold and duration of the ten that operators know; those of the last are ours."""
OF_PROMETHEUS: Final = {"up": {"job", "instance"}}

each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
each_alert = pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)


@pytest.mark.requires("prometheus")
def test_prometheus_accepts_the_configuration_with_its_rules() -> None:
    checked = run("promtool", "check", "config", FOLDER / "prometheus.yml")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("rules found") == len(RULES)


@pytest.mark.requires("prometheus")
def test_prometheus_has_nothing_to_remark_about_the_rules() -> None:
    checked = run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULES)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.requires("prometheus")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name.removesuffix(".test.yml"))
def test_alerts_fire_and_are_quiet_as_their_cases_say(path: Path) -> None:
    tested = run("promtool", "test", "rules", path, seconds=300)

    assert tested.returncode == 0, tested.stdout + tested.stderr


@each_alert
def test_an_alert_has_a_case_in_which_it_fires(alert: Rule) -> None:
    assert [case for case in cases() if case.alert == alert.name and case.fires]


@each_alert
def test_an_alert_has_a_case_in_which_it_does_not_fire(alert: Rule) -> None:
    quiet = [case for case in cases() if case.alert == alert.name and not case.fires]

    assert bool(quiet) == (alert.name != ALWAYS_FIRES)


def test_cases_are_about_alerts_there_are() -> None:
    assert {case.alert for case in cases()} == {alert.name for alert in alerts()}


def test_names_are_given_once() -> None:
    names = [rule.name for rule in rules()]

    assert sorted(set(names)) == sorted(names)


@each_alert
def test_an_alert_says_how_bad_it_is_and_whose(alert: Rule) -> None:
    labels = alert.written["labels"]

    assert labels["severity"] in SEVERITIES
    assert labels == {
        "severity": labels["severity"],
        "team": "operations",
        **({"channel": "worker"} if alert.name in OF_WORKERS else {}),
    }


@each_alert
def test_an_alert_says_what_is_wrong_by_how_much_and_where_to_read_on(alert: Rule) -> None:
    annotations = alert.written["annotations"]

    assert annotations.keys() == {"summary", "description", "runbook_url", "dashboard_url"}
    assert annotations["summary"]
    assert "$value" in annotations["description"]
    assert annotations["runbook_url"] == f"{{{{ $externalLabels.docs_url }}}}/docs/runbooks/{alert.name}.md"
    assert annotations["dashboard_url"].startswith("{{ $externalLabels.grafana_url }}/d/pagewright-")


@pytest.mark.parametrize(("name", "known"), KNOWN.items(), ids=KNOWN)
def test_the_alerts_operators_know_keep_their_thresholds_and_durations(
    name: str, known: tuple[str, float, str]
) -> None:
    severity, threshold, duration = known
    [alert] = [alert for alert in alerts() if alert.name == name]

    assert alert.written["labels"]["severity"] == severity
    assert threshold in numbers_in(alert.expression)
    assert alert.written["for"] == duration


@each_rule
def test_a_rule_names_metrics_there_are_by_labels_they_have(rule: Rule) -> None:
    recorded = {other.name for other in rules() if not other.is_alert}
    others = temporal_metrics() | OF_PROMETHEUS

    for named in named_in(rule.expression):
        if named.name in recorded:
            continue
        of_it = labels_of(ours()[named.name]) if named.name in ours() else _labels(others, named)
        assert named.matched <= of_it, named.name
        assert named.grouped <= of_it, named.name


@each_rule
def test_a_rule_takes_what_every_api_process_answers_only_once(rule: Rule) -> None:
    same = [named for named in named_in(rule.expression) if named.name in ours()]

    assert not [named.name for named in same if is_same_everywhere(ours()[named.name]) and not named.is_taken_once]


def test_every_recorded_series_is_used() -> None:
    used = {named.name for rule in rules() for named in named_in(rule.expression)}

    assert {rule.name for rule in rules() if not rule.is_alert} <= used


def test_every_metric_of_temporal_that_is_listed_is_used() -> None:
    used = {named.name for rule in rules() for named in named_in(rule.expression)}

    assert temporal_metrics().keys() <= used


def _labels(others: dict[str, Any], named: Named) -> set[str]:
    assert named.name in others, f"{named.name} is neither in telemetry.py nor in ops/prometheus/README.md"
    return {*others[named.name], "job", "instance", "le"}

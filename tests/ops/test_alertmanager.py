"""Alerts reach whom they should, when they should, saying what to do: with the real Alertmanager and amtool."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from pydantic import SecretStr

from embedded.alertmanager import SOURCE, write_alertmanager
from settings import NotificationSettings
from tests.ops.alertmanager_server import Alert, Alertmanager, running_alertmanager, told
from tests.ops.receiver import MailServer, Posted, Receiver
from tests.programs import ROOT, Ended, run

pytestmark = pytest.mark.requires("alertmanager")

COMMITTED: Final = SOURCE / "alertmanager.yml"
RUNBOOK: Final = "https://docs.pagewright.example/docs/runbooks"
DASHBOARD: Final = "https://grafana.pagewright.example/d/pagewright-operations"

URL: Final = SecretStr("http://receiver.example/")
COMBINATIONS: Final = {
    "none": NotificationSettings(),
    "slack": NotificationSettings(slack_webhook_url=URL),
    "one channel": NotificationSettings(slack_critical_url=URL),
    "mail without a login": NotificationSettings(email_to="ops@pagewright.example"),
    "all": NotificationSettings(
        slack_webhook_url=URL,
        pagerduty_routing_key=SecretStr("key"),
        pagerduty_url="https://events.eu.pagerduty.com/v2/enqueue",
        webhook_url=URL,
        dead_man_url=URL,
        email_to="ops@pagewright.example,boss@pagewright.example",
        smtp_username="ops",
        smtp_password=SecretStr("password"),
        time_zone="Europe/Berlin",
        business_days="monday:thursday,saturday",
        business_hours="08:30-24:00",
    ),
}
REMEMBERED: Final = timedelta(hours=120)
"""How long Alertmanager knows whom it told, when it is not said. What was to be repeated later is told again then."""
SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
LAST: Final = ("DailyBudgetSpent", "DailyBudgetNearlySpent")
INHIBITED: Final = [
    ("CriticalAIJobFailureRate", "HighAIJobFailureRate"),
    ("AIQueueSeverelyCongested", "AIQueueCongestion"),
    ("ApiErrorsSevere", "ApiErrors"),
    LAST,
    ("JobSuccessBurningFast", "JobSuccessBurningSlowly"),
    ("PagesOnTimeBurningFast", "PagesOnTimeBurningSlowly"),
    ("ProviderDown provider=openai", "ProviderFailures provider=openai"),
    ("NoTaskQueuePollers queue=pages", "AIQueueCongestion"),
    ("NoTaskQueuePollers queue=pages", "AIQueueSeverelyCongested"),
    ("NoTaskQueuePollers queue=pages", "TaskQueueBacklogTooOld queue=pages"),
    ("NoTaskQueuePollers queue=llm-openai", "TaskQueueBacklogTooOld queue=llm-openai"),
    ("NoTaskQueuePollers queue=pages", "ScheduleToStartTooHigh"),
    ("NoTaskQueuePollers queue=pages", "SlowAIJobProcessing"),
    ("NoTaskQueuePollers queue=pages", "TargetDown job=worker"),
    ("NoAIJobsProcessed", "AIQueueSeverelyCongested"),
    ("NoAIJobsProcessed", "TaskQueueBacklogTooOld queue=llm-openai"),
    ("NotReady part=database", "ApiErrorsSevere"),
    ("NotReady part=temporal", "NoTaskQueuePollers"),
    ("TargetDown job=worker", "TaskSlotsUsedUp"),
    ("TargetDown job=api", "ApiSlow"),
    ("TargetDown job=temporal", "TemporalPersistenceSlow"),
]
TOLD_ALL_THE_SAME: Final = [
    ("HighAIJobFailureRate", "CriticalAIJobFailureRate"),
    ("ProviderDown provider=openai", "ProviderFailures provider=google"),
    ("NotReady part=disk", "ApiErrors"),
    ("NoTaskQueuePollers queue=pages", "NotReady part=database"),
    ("WorkflowNonDeterminism", "WorkflowTaskFailures"),
    ("NoTaskQueuePollers queue=pages", "TargetDown job=api"),
    ("NoTaskQueuePollers queue=pages", "TaskQueueBacklogTooOld queue=llm-openai"),
    ("NoTaskQueuePollers queue=llm-google", "TaskQueueBacklogTooOld queue=llm-openai"),
    ("NoTaskQueuePollers queue=llm-google", "AIQueueCongestion"),
    ("NoTaskQueuePollers queue=llm-google", "AIQueueSeverelyCongested"),
    ("NoTaskQueuePollers queue=llm-google", "SlowAIJobProcessing"),
    ("NoTaskQueuePollers queue=llm-google", "TargetDown job=worker"),
    ("NoTaskQueuePollers queue=pages", "NoAIJobsProcessed"),
    ("TargetDown job=api", "ApiErrorsSevere"),
    ("TargetDown job=worker", "NoTaskQueuePollers"),
    ("CriticalAIJobFailureRate", "Watchdog"),
]


def rules() -> dict[str, dict[str, str]]:
    """Return the labels of every alert there is, by its name."""
    files = sorted((ROOT / "ops" / "prometheus" / "rules").glob("*.yml"))
    groups: Iterator[dict[str, Any]] = (group for file in files for group in yaml.safe_load(file.read_text())["groups"])
    return {rule["alert"]: rule["labels"] for group in groups for rule in group["rules"] if "alert" in rule}


RULES: Final = rules()


def expected_receivers(name: str, labels: dict[str, str]) -> list[str]:
    if name == "Watchdog":
        return ["dead-man"]
    by_severity = {"critical": ["critical"], "warning": ["warnings"], "info": ["info"]}[labels["severity"]]
    mail = [] if labels["severity"] == "info" else ["email"]
    return ["webhook", *mail, *(["worker"] if labels.get("channel") == "worker" else []), *by_severity]


def timed(route: dict[str, Any], **inherited: timedelta) -> Iterator[tuple[dict[str, Any], dict[str, timedelta]]]:
    """Yield a route and all below it, each with its own times and those it has from above."""
    own = {key: duration(route[key]) for key in ("group_wait", "group_interval", "repeat_interval") if key in route}
    times = inherited | own
    yield route, times
    for below in route.get("routes", ()):
        yield from timed(below, **times)


def is_by_severity(route: dict[str, Any]) -> bool:
    return route.get("receiver") in {"critical", "warnings", "info"} and "matchers" in route


def duration(text: str) -> timedelta:
    return timedelta(seconds=int(text[:-1]) * SECONDS[text[-1]])


def amtool(*arguments: str | Path) -> Ended:
    return run("amtool", *arguments)


def named(alertname: str, severity: str = "critical", **labels: str) -> Alert:
    annotations = {
        "summary": f"{alertname} happens",
        "description": "12 % of rounds fail, <5 % & less is usual",
        "runbook_url": f"{RUNBOOK}/{alertname}.md",
        "dashboard_url": DASHBOARD,
    }
    return Alert({"alertname": alertname, "severity": severity, **labels}, annotations)


def spelled(text: str) -> Alert:
    """Return the alert of `Name label=value`."""
    name, *pairs = text.split()
    return Alert({"alertname": name, **RULES[name], **dict(pair.split("=") for pair in pairs)})


def state_beside(source: str, target: str, alertmanager: Alertmanager) -> str:
    """Return the state of an alert while another one fires.

    Alertmanager takes in alerts in their order: once it holds back the last one, it knows of all before.
    """
    alerts = [spelled(text) for text in (source, target, *LAST)]
    alertmanager.fire(*alerts)
    try:
        alertmanager.await_state(LAST[1], "suppressed")
        return alertmanager.states()[alerts[1].labels["alertname"]]
    finally:
        alertmanager.resolve(*alerts)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
def alertmanager(receiver: Receiver, tmp_path: Path) -> Iterator[Alertmanager]:
    """One that tells everything to `receiver`, at any hour."""
    with running_alertmanager(told(receiver), tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """One that tells nobody, to be asked which alerts it would hold back."""
    with running_alertmanager(NotificationSettings(), tmp_path_factory.mktemp("quiet")) as running:
        yield running


def test_the_committed_configuration_is_valid() -> None:
    checked = amtool("check-config", COMMITTED)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "1 templates" in checked.stdout


@pytest.mark.parametrize("settings", COMBINATIONS.values(), ids=COMBINATIONS.keys())
def test_what_alertmanager_is_started_with_is_valid(settings: NotificationSettings, tmp_path: Path) -> None:
    checked = amtool("check-config", write_alertmanager(settings, tmp_path))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "1 templates" in checked.stdout


def test_there_are_alerts_to_route() -> None:
    assert RULES


@pytest.mark.parametrize(("name", "labels"), RULES.items(), ids=RULES.keys())
def test_each_alert_is_routed_by_its_severity_and_channel(name: str, labels: dict[str, str]) -> None:
    expected = ",".join(expected_receivers(name, labels))
    pairs = [f"{label}={value}" for label, value in {"alertname": name, **labels}.items()]
    routed = amtool("config", "routes", "test", f"--config.file={COMMITTED}", f"--verify.receivers={expected}", *pairs)
    assert routed.returncode == 0, routed.stdout + routed.stderr


def test_an_alert_with_a_severity_nobody_knows_is_told_among_the_warnings() -> None:
    options = (f"--config.file={COMMITTED}", "--verify.receivers=webhook,warnings")
    assert amtool("config", "routes", "test", *options, "alertname=New", "severity=urgent").returncode == 0


def test_what_is_worse_is_repeated_sooner_and_all_before_it_is_forgotten() -> None:
    route = yaml.safe_load(COMMITTED.read_text())["route"]
    assert {"group_wait", "group_interval", "repeat_interval"} <= route.keys(), "what no route says itself"

    routes = list(timed(route))
    assert all(times["group_wait"] <= times["group_interval"] for _, times in routes)
    assert all(times["group_interval"] <= times["repeat_interval"] < REMEMBERED for _, times in routes)

    repeated = {below["matchers"][0]: times["repeat_interval"] for below, times in routes if is_by_severity(below)}
    assert repeated['severity="critical"'] < repeated['severity="warning"'] < repeated['severity="info"']
    at_once, later = (times["repeat_interval"] for below, times in routes if "receiver" not in below)
    assert at_once < later, "to workers' channel, critical and others"


def test_inhibition_names_only_alerts_there_are() -> None:
    text = COMMITTED.read_text().partition("inhibit_rules:")[2].partition("receivers:")[0]
    lists = [matcher.split('"')[1] for matcher in text.split("alertname=")[1:]]
    assert {name for names in lists for name in names.split("|")} - RULES.keys() == set()


def test_a_critical_alert_calls_everybody_in_the_channel_and_pages(
    alertmanager: Alertmanager, receiver: Receiver
) -> None:
    alertmanager.fire(named("CriticalAIJobFailureRate", provider="openai"))

    slack = receiver.await_one(lambda posted: posted.path == "/slack")
    assert slack.body["channel"] == "#pagewright-critical"
    assert slack.attachment["pretext"] == "<!channel>"
    assert slack.attachment["color"] == "danger"
    assert slack.attachment["title"] == "[FIRING:1] CriticalAIJobFailureRate openai"
    assert slack.attachment["title_link"] == f"{RUNBOOK}/CriticalAIJobFailureRate.md"

    page = receiver.await_one(lambda posted: posted.path == "/pagerduty").body
    assert page["routing_key"] == "routing-key"
    assert page["event_action"] == "trigger"
    assert page["payload"]["severity"] == "critical"
    summary = "[FIRING:1] CriticalAIJobFailureRate openai: CriticalAIJobFailureRate happens"
    assert page["payload"]["summary"] == summary
    assert [link["text"] for link in page["links"]] == ["Runbook", "Dashboard", "Silence"]
    assert "12 % of rounds fail" in page["payload"]["custom_details"]["alerts"]


def test_a_message_says_what_happened_and_leads_to_what_to_do(alertmanager: Alertmanager, receiver: Receiver) -> None:
    alertmanager.fire(named("NotReady", part="queue pages"))

    text = receiver.await_one(lambda posted: posted.path == "/slack").attachment["text"]
    shared = "alertname%3D%22NotReady%22%2C%20part%3D%22queue%20pages%22%2C%20severity%3D%22critical%22"
    silence = f"{alertmanager.url}/#/silences/new?filter=%7B{shared}%7D"
    assert text.splitlines() == [
        "*NotReady happens*",
        "12 % of rounds fail, &lt;5 % &amp; less is usual",
        "`alertname=NotReady` `part=queue pages` `severity=critical` ",
        f"<{RUNBOOK}/NotReady.md|Runbook> <{DASHBOARD}|Dashboard> <{silence}|Silence>",
    ]


def test_links_that_silence_lead_to_where_users_reach_it(receiver: Receiver, tmp_path: Path) -> None:
    url = "https://watch.pagewright.example/alerts"
    with running_alertmanager(told(receiver), tmp_path, url=url) as alertmanager:
        alertmanager.fire(named("NotReady"))
        text = receiver.await_one(lambda posted: posted.path == "/slack").attachment["text"]
    assert f"<{url}/#/silences/new?filter=" in text


def test_the_end_of_an_alert_is_told_without_calling_everybody(alertmanager: Alertmanager, receiver: Receiver) -> None:
    alert = named("ApiErrorsSevere")
    alertmanager.fire(alert)
    receiver.await_one(lambda posted: posted.path == "/slack")
    receiver.await_one(lambda posted: posted.path == "/pagerduty")
    alertmanager.resolve(alert)

    ended = receiver.await_one(lambda posted: posted.path == "/slack" and "RESOLVED" in posted.attachment["title"])
    assert ended.body["channel"] == "#pagewright-critical"
    assert "pretext" not in ended.attachment
    assert ended.attachment["color"] == "good"
    receiver.await_one(lambda posted: posted.path == "/pagerduty" and posted.body["event_action"] == "resolve")
    receiver.await_one(lambda posted: posted.path == "/webhook" and posted.body["status"] == "resolved")


def test_what_goes_on_firing_is_told_once(alertmanager: Alertmanager, receiver: Receiver) -> None:
    for name in ("NotReady", "ApiErrorsSevere", "DailyBudgetSpent"):
        alertmanager.fire(named("NotReady"), named(name))  # as Prometheus does at each evaluation
        receiver.await_one(_of_alert(name))
    assert [posted.alerts for posted in receiver.to("/webhook")].count({"NotReady"}) == 1


@pytest.mark.parametrize(("severity", "channel"), [("warning", "#pagewright-warnings"), ("info", "#pagewright-info")])
def test_what_is_not_critical_has_its_channel_and_calls_nobody(
    severity: str, channel: str, alertmanager: Alertmanager, receiver: Receiver
) -> None:
    alertmanager.fire(named("HighTokenUsage", severity))

    slack = receiver.await_one(lambda posted: posted.path == "/slack")
    receiver.await_one(lambda posted: posted.path == "/webhook")
    assert slack.body["channel"] == channel
    assert "pretext" not in slack.attachment
    assert receiver.to("/pagerduty") == ()


def test_an_alert_about_workers_is_told_in_their_channel_too(alertmanager: Alertmanager, receiver: Receiver) -> None:
    queues = [named("NoTaskQueuePollers", channel="worker", queue=queue) for queue in ("pages", "llm-openai")]
    alertmanager.fire(*queues)

    for channel in ("#pagewright-worker", "#pagewright-critical"):
        slack = receiver.await_one(_in_channel(channel))
        assert slack.attachment["title"] == "[FIRING:2] NoTaskQueuePollers", "one message for all queues"
    assert "pretext" not in receiver.await_one(_in_channel("#pagewright-worker")).attachment


def test_outside_business_hours_only_critical_alerts_reach_slack(receiver: Receiver, tmp_path: Path) -> None:
    other_day = f"{datetime.now(UTC) + timedelta(days=3):%A}".lower()
    worker = named("WorkflowTaskFailures", "warning", channel="worker")
    with running_alertmanager(told(receiver, business_days=other_day), tmp_path) as alertmanager:
        alertmanager.fire(named("ApiSlow", "warning"), named("HighTokenUsage", "info"), worker)
        for name in ("ApiSlow", "HighTokenUsage", "WorkflowTaskFailures"):
            receiver.await_one(_of_alert(name))
        alertmanager.fire(named("DailyBudgetSpent"))
        receiver.await_one(lambda posted: posted.path == "/slack")

    assert {posted.body["channel"] for posted in receiver.to("/slack")} == {"#pagewright-critical"}


def test_a_warning_that_its_critical_alert_covers_is_not_told(alertmanager: Alertmanager, receiver: Receiver) -> None:
    alertmanager.fire(named("CriticalAIJobFailureRate"))
    receiver.await_one(_of_alert("CriticalAIJobFailureRate"))
    alertmanager.fire(named("HighAIJobFailureRate", "warning"))
    for later in ("ApiSlow", "AuditRecordsLost"):
        alertmanager.fire(named(later, "warning"))
        receiver.await_one(_of_alert(later))
    assert not any(map(_of_alert("HighAIJobFailureRate"), receiver.posted))

    alertmanager.resolve(named("CriticalAIJobFailureRate"))
    receiver.await_one(_of_alert("HighAIJobFailureRate"))


@pytest.mark.parametrize(("source", "target"), INHIBITED, ids=map(" holds back ".join, INHIBITED))
def test_what_only_follows_is_held_back(source: str, target: str, quiet: Alertmanager) -> None:
    assert state_beside(source, target, quiet) == "suppressed"


@pytest.mark.parametrize(("source", "target"), TOLD_ALL_THE_SAME, ids=map(" leaves ".join, TOLD_ALL_THE_SAME))
def test_what_does_not_follow_is_told(source: str, target: str, quiet: Alertmanager) -> None:
    assert state_beside(source, target, quiet) == "active"


def test_the_watchdog_asks_the_dead_mans_switch_and_nobody_else(alertmanager: Alertmanager, receiver: Receiver) -> None:
    alertmanager.fire(named("Watchdog", "none"))
    assert receiver.await_one(lambda posted: posted.path == "/dead-man").alerts == {"Watchdog"}
    alertmanager.fire(named("ApiErrorsSevere"))
    receiver.await_one(lambda posted: posted.path == "/slack")
    receiver.await_one(_of_alert("ApiErrorsSevere"))
    assert {posted.path for posted in receiver.posted if "Watchdog" in str(posted.body)} == {"/dead-man"}


def test_mail_carries_the_same_and_its_links_work(receiver: Receiver, tmp_path: Path) -> None:
    with MailServer() as server:
        settings = told(receiver, email_to="ops@pagewright.example", smtp_host=server.address, smtp_require_tls=False)
        with running_alertmanager(settings, tmp_path) as alertmanager:
            alertmanager.fire(named("NotReady", part="queue pages"))
            mail = server.await_mail()

    assert mail["To"] == "ops@pagewright.example"
    assert mail["From"] == "ops@pagewright.example"
    assert mail["Subject"] == "[FIRING:1] NotReady"
    html, plain = (mail.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert plain is not None
    assert f'<a href="{RUNBOOK}/NotReady.md">' in html.get_content()
    assert "part%3D%22queue%20pages%22" in html.get_content()
    assert "&lt;5 % &amp; less" in html.get_content()
    assert f"Runbook: {RUNBOOK}/NotReady.md" in plain.get_content()
    assert "part%3D%22queue%20pages%22" in plain.get_content()


def test_without_any_secret_it_runs_and_complains_of_nothing(tmp_path: Path) -> None:
    with running_alertmanager(NotificationSettings(), tmp_path) as alertmanager:
        alertmanager.fire(named("NotReady", part="database"), named("ApiSlow"), named("Watchdog", "none"))
        alertmanager.await_state("Watchdog", "active")
        alertmanager.await_state("ApiSlow", "suppressed")
    assert (tmp_path / "alertmanager.log").read_text() == ""


def _in_channel(channel: str) -> Callable[[Posted], bool]:
    return lambda posted: posted.path == "/slack" and posted.body["channel"] == channel


def _of_alert(name: str) -> Callable[[Posted], bool]:
    return lambda posted: posted.path == "/webhook" and name in posted.alerts

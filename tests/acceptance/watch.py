"""A stack with a Prometheus whose minutes are seconds, an Alertmanager, and stand-ins for whom it notifies."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from embedded.prometheus import RULES, local_targets, write_configuration
from settings import Settings
from tests.acceptance.stack import RunningStack, until
from tests.ops.alertmanager_server import Alertmanager, running_alertmanager, told
from tests.ops.prometheus_server import Prometheus, running_prometheus
from tests.ops.receiver import Posted, Receiver
from tests.ops.shortened import shorten_configuration, spelled, write_shortened_rules

RESEND: Final = f"--rules.alert.resend-delay={spelled(timedelta(seconds=1))}"
"""A minute of Prometheus' own, after which it tells Alertmanager again: the first time nobody may have listened."""
WAITS: Final = timedelta(seconds=1)
"""What Alertmanager waits for more of a group: a real minute, as everything here."""

_PATIENCE_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Watch:
    """What sees a stack, and what is told of it."""

    stack: RunningStack
    prometheus: Prometheus
    alertmanager: Alertmanager
    receiver: Receiver

    def await_each(self, state: str, *alerts: str, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until each of the alerts was seen in a state, `pending` or `firing`, if not all at one moment."""
        missing = set(alerts)

        def are_seen() -> bool:
            missing.difference_update(name for name, found in self.prometheus.alerts() if found == state)
            return not missing

        until(are_seen, seconds, lambda: self._story(f"{missing} not {state}"), step=_LOOK_EVERY_SECONDS)

    def await_end(self, *alerts: str, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until none of the alerts is there any more."""
        ended = set(alerts)
        until(
            lambda: not ended & {name for name, _ in self.prometheus.alerts()},
            seconds,
            lambda: self._story(f"{ended} have not ended"),
            step=_LOOK_EVERY_SECONDS,
        )

    def await_slack(self, status: str, alert: str, channel: str) -> None:
        """Wait until a channel was told of an alert, `FIRING` or `RESOLVED`, with the runbook's link."""
        posted = self.receiver.await_one(
            lambda posted: posted.path == "/slack" and _slack_says(posted, status, alert, channel), _PATIENCE_SECONDS
        )
        assert runbook_of(posted.attachment["title_link"]).name == f"{alert}.md"

    def await_pager(self, action: str, alert: str) -> None:
        """Wait until PagerDuty was told to `trigger` or `resolve` an alert, with the runbook's link."""
        posted = self.receiver.await_one(
            lambda posted: (
                posted.path == "/pagerduty"
                and posted.body["event_action"] == action
                and posted.body["payload"]["class"] == alert
            ),
            _PATIENCE_SECONDS,
        )
        if action == "trigger":
            links = {link["text"]: link["href"] for link in posted.body["links"]}
            assert runbook_of(links["Runbook"]).name == f"{alert}.md"

    def notified(self, alert: str) -> list[Posted]:
        """Return every notification that names an alert."""
        return [posted for posted in self.receiver.posted if alert in str(posted.body)]

    def seen(self, since: timedelta) -> set[str]:
        """Return the alerts that were pending or firing at any moment of a time up to now."""
        found = self.prometheus.query(f"count by (alertname) (count_over_time(ALERTS[{since.seconds}s]))")
        return {series["metric"]["alertname"] for series in found}

    def _story(self, what: str) -> str:
        return f"{what}; {self.prometheus.alerts()} {self.alertmanager.states()}\n{self.stack.story()}"


def runbook_of(link: str) -> Path:
    """Return the file that a link leads to. Fails where there is none."""
    path = Path(unquote(urlsplit(link).path))
    assert path.is_file(), link
    return path


@contextmanager
def watching(stack: RunningStack, folder: Path) -> Generator[Watch]:
    """Yield what watches a stack while the block lasts."""
    with Receiver() as receiver, running_alertmanager(told(receiver), folder / "alertmanager", waits=WAITS) as manager:
        settings = _settings_of(stack, manager)
        own = folder / "prometheus"
        own.mkdir()
        rules = write_shortened_rules(RULES, own / "rules")
        configuration = write_configuration(settings, own, local_targets(settings), rules=rules)
        shorten_configuration(configuration)
        with running_prometheus(settings, configuration, RESEND) as prometheus:
            watch = Watch(stack, prometheus, manager, receiver)
            _await_targets(watch)
            yield watch


def _settings_of(stack: RunningStack, alertmanager: Alertmanager) -> Settings:
    port = {name: int(stack.environment[f"PAGEWRIGHT_{name.upper()}"]) for name in _PORTS}
    return Settings.model_validate(port | {"alertmanager_port": urlsplit(alertmanager.url).port})


_PORTS: Final = ("api_port", "worker_metrics_port", "temporal_metrics_port", "prometheus_port")


def _await_targets(watch: Watch) -> None:
    def are_up() -> bool:
        targets = watch.prometheus.targets()
        return len(targets) == len(_PORTS) + 1 and set(targets.values()) == {"up"}

    until(are_up, _PATIENCE_SECONDS, lambda: str(watch.prometheus.targets()))


def _slack_says(posted: Posted, status: str, alert: str, channel: str) -> bool:
    words = posted.attachment["title"].split()
    return posted.body["channel"] == channel and words[0].strip("[]").startswith(status) and words[1] == alert

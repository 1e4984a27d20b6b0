"""Alertmanager as tests start it: real, on a free port of loopback, with what `embedded/alertmanager.py` writes."""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr

from embedded.alertmanager import alertmanager_command, find_alertmanager, write_alertmanager
from settings import NotificationSettings
from tests.ops.receiver import Receiver
from tests.programs import Process, start, tied
from tests.temporal_server import free_port

WAITS: Final = timedelta(milliseconds=300)
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.05

AROUND_THE_CLOCK: Final[Mapping[str, Any]] = {"business_days": "sunday:saturday", "business_hours": "00:00-24:00"}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as Prometheus sends it."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])

    def posted(self, ends: datetime | None) -> dict[str, Any]:
        """Return the body of this alert; without an end it lasts for some minutes."""
        now = datetime.now(UTC)
        ends = ends or now + timedelta(minutes=10)
        times = {"startsAt": (now - timedelta(minutes=1)).isoformat(), "endsAt": ends.isoformat()}
        return {"labels": dict(self.labels), "annotations": dict(self.annotations), **times}


class Alertmanager:
    """A running Alertmanager."""

    def __init__(self, port: int) -> None:
        self.url: Final = f"http://127.0.0.1:{port}"

    def fire(self, *alerts: Alert) -> None:
        """Let these begin to fire."""
        self._post([alert.posted(None) for alert in alerts])

    def resolve(self, *alerts: Alert) -> None:
        """Let these have ended."""
        self._post([alert.posted(datetime.now(UTC)) for alert in alerts])

    def states(self) -> dict[str, str]:
        """Return `active`, `suppressed` or `unprocessed` by the names of alerts."""
        answer = httpx.get(f"{self.url}/api/v2/alerts", trust_env=False)
        return {alert["labels"]["alertname"]: alert["status"]["state"] for alert in answer.json()}

    def await_state(self, alertname: str, expected: str) -> None:
        """Wait until an alert is in this state. Fails the test when it is not within seconds."""
        deadline = time.monotonic() + _START_SECONDS
        while (states := self.states()).get(alertname) != expected:
            assert time.monotonic() < deadline, states
            time.sleep(_LOOK_EVERY_SECONDS)

    def is_ready(self) -> bool:
        """Return whether it answers."""
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False).status_code == HTTPStatus.OK
        except httpx.TransportError:
            return False

    def _post(self, alerts: list[dict[str, Any]]) -> None:
        answer = httpx.post(f"{self.url}/api/v2/alerts", json=alerts, trust_env=False)
        assert answer.status_code == HTTPStatus.OK, answer.text


@contextmanager
def running_alertmanager(
    notifications: NotificationSettings, folder: Path, *, waits: timedelta | None = WAITS, url: str | None = None
) -> Generator[Alertmanager]:
    """Yield an Alertmanager that runs while the block lasts; its log is `alertmanager.log` in `folder`.

    `url` is where users would reach it.
    """
    port = free_port()
    write_alertmanager(notifications, folder, waits=waits)
    log = folder / "alertmanager.log"
    with log.open("wb") as output:
        command = alertmanager_command(find_alertmanager(), folder, port, url)
        process = start(*tied(*command), stdout=output, stderr=output)
        try:
            alertmanager = Alertmanager(port)
            _await_ready(process, alertmanager, log)
            yield alertmanager
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def told(receiver: Receiver, **others: object) -> NotificationSettings:
    """Return settings that tell everything to a receiver, at any hour where `others` say nothing else.

    Slack is `/slack`, PagerDuty `/pagerduty`, the webhook `/webhook`, the dead man's switch `/dead-man`.
    """
    settings = {
        "slack_webhook_url": SecretStr(f"{receiver.url}/slack"),
        "pagerduty_routing_key": SecretStr("routing-key"),
        "pagerduty_url": f"{receiver.url}/pagerduty",
        "webhook_url": SecretStr(f"{receiver.url}/webhook"),
        "dead_man_url": SecretStr(f"{receiver.url}/dead-man"),
        **AROUND_THE_CLOCK,
    }
    return NotificationSettings.model_validate(settings | others)


def _await_ready(process: Process, alertmanager: Alertmanager, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not alertmanager.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"Alertmanager did not start: {log.read_text()[-2000:]}"
            raise RuntimeError(message)
        time.sleep(_LOOK_EVERY_SECONDS)

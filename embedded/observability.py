"""What watches the stack: Prometheus and Alertmanager as further children, as `pagewright observe` starts them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from embedded.alertmanager import alertmanager_command, effective_configuration, find_alertmanager, write_alertmanager
from embedded.children import LOOPBACK, embedded_children
from embedded.data_directory import PRIVATE_DIRECTORY, DataDirectory
from embedded.process import ChildSpec
from embedded.progress import Progress
from embedded.prometheus import find_prometheus, local_targets, prometheus_command, write_configuration
from embedded.readiness import HttpReadiness
from settings import NotificationSettings, Settings

DASHBOARDS: Final = Path(__file__).resolve().parents[1] / "ops" / "grafana" / "dashboards"

_INHERITED: Final = ("PATH", "HOME", "TZ", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_SERVICES: Final = {
    "slack_configs": "Slack",
    "pagerduty_configs": "PagerDuty",
    "email_configs": "e-mail",
    "webhook_configs": "webhook",
}


async def observed_children(
    settings: Settings, directory: DataDirectory, on_progress: Progress
) -> tuple[ChildSpec, ...]:
    """Return the children of a stack and then those that watch it, in the order they start.

    Raises StackError when a program cannot be got, or for what `embedded_children` raises it.
    """
    watching = (alertmanager_child(settings, directory), _prometheus(settings, directory))
    return (*await embedded_children(settings, directory, on_progress), *watching)


def prometheus_url(settings: Settings) -> str:
    """Return where Prometheus answers."""
    return f"http://{LOOPBACK}:{settings.prometheus_port}"


def alertmanager_url(settings: Settings) -> str:
    """Return where Alertmanager answers."""
    return f"http://{LOOPBACK}:{settings.alertmanager_port}"


def services(notifications: NotificationSettings) -> Mapping[str, tuple[str, ...]]:
    """Return the services that are set up, by the receivers of alerts that have any."""
    receivers = effective_configuration(notifications, Path())["receivers"]
    found = {
        receiver["name"]: tuple(service for kind, service in _SERVICES.items() if receiver.get(kind))
        for receiver in receivers
    }
    return {name: told for name, told in found.items() if told}


def alertmanager_child(settings: Settings, directory: DataDirectory) -> ChildSpec:
    """Return Alertmanager as a child that has its files in `directory`. Raises StackError where there is none."""
    program = find_alertmanager()
    write_alertmanager(settings.notifications, directory.alertmanager)
    port, url = settings.alertmanager_port, settings.alertmanager_url
    return ChildSpec(
        name="alertmanager",
        command=alertmanager_command(program, directory.alertmanager, port, url),
        environment=_environment(os.environ),
        readiness=HttpReadiness(f"{alertmanager_url(settings)}/-/ready"),
    )


def _prometheus(settings: Settings, directory: DataDirectory) -> ChildSpec:
    program = find_prometheus()
    directory.prometheus.mkdir(exist_ok=True, mode=PRIVATE_DIRECTORY)
    configuration = write_configuration(settings, directory.prometheus, local_targets(settings))
    return ChildSpec(
        name="prometheus",
        command=prometheus_command(settings, configuration, directory.prometheus / "data", str(program)),
        environment=_environment(os.environ),
        readiness=HttpReadiness(f"{prometheus_url(settings)}/-/ready"),
    )


def _environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return what these programs need of an environment: no key of a vendor or token is their business."""
    wanted = {*_INHERITED, *_PROXIES, *map(str.lower, _PROXIES)}
    return {name: value for name, value in base.items() if name in wanted}

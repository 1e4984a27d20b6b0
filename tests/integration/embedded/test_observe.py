"""What `pagewright observe` says when it cannot start, and whom it says it would tell of alerts."""

import shutil
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from embedded.data_directory import DataDirectory
from embedded.observability import alertmanager_child, services
from settings import NotificationSettings, Settings
from tests.programs import pagewright, refusal

Environment = dict[str, str]
URL = SecretStr("http://127.0.0.1:1/")


def refused(environment: Environment) -> str:
    return refusal(pagewright("observe", environment=environment, seconds=60))


def programs(folder: Path, *names: str) -> Environment:
    """Return where these programs are, and no others."""
    folder.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return {"PATH": str(folder)}


def test_without_alertmanager_its_package_is_named(environment: Environment, tmp_path: Path) -> None:
    told = refused(environment | programs(tmp_path / "bin"))
    assert "There is no Alertmanager on PATH" in told
    assert "apt-get install prometheus-alertmanager" in told


@pytest.mark.requires("alertmanager")
def test_without_prometheus_its_package_is_named(environment: Environment, tmp_path: Path) -> None:
    told = refused(environment | programs(tmp_path / "bin", "prometheus-alertmanager"))
    assert "There is no Prometheus on PATH" in told
    assert told.rstrip().endswith("apt-get install prometheus")


@pytest.mark.parametrize("setting", ["PAGEWRIGHT_PROMETHEUS_PORT", "PAGEWRIGHT_ALERTMANAGER_PORT"])
def test_a_taken_port_names_its_setting(environment: Environment, setting: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment[setting])))
        taken.listen(1)
        told = refused(environment)
    assert f"Port {environment[setting]}" in told
    assert setting in told


def test_nobody_is_told_where_nothing_is_set() -> None:
    assert services(NotificationSettings()) == {}


def test_services_that_are_set_are_named_by_receiver() -> None:
    settings = NotificationSettings(
        slack_critical_url=URL, pagerduty_routing_key=SecretStr("key"), email_to="a@bakery.example", webhook_url=URL
    )
    assert services(settings) == {
        "critical": ("Slack", "PagerDuty"),
        "email": ("e-mail",),
        "webhook": ("webhook",),
    }


@pytest.mark.requires("alertmanager")
def test_alertmanager_is_told_where_users_reach_it(tmp_path: Path) -> None:
    url = "https://watch.pagewright.example/alerts"
    child = alertmanager_child(Settings(alertmanager_url=url), DataDirectory(tmp_path))
    assert f"--web.external-url={url}" in child.command

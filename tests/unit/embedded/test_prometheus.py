"""The effective configuration of Prometheus: the one in `ops`, with what settings say put in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from embedded.prometheus import CONFIGURATION, RULES, SOURCE, local_targets, prometheus_command, write_configuration
from settings import Settings

COMPOSE = {
    "api": ["api:3000"],
    "worker": ["worker:9464"],
    "temporal": ["temporal:9090"],
    "prometheus": ["prometheus:9090"],
    "alertmanager": ["alertmanager:9093"],
}


def written(settings: Settings, folder: Path, processes: int = 1) -> dict[str, Any]:
    return yaml.safe_load(write_configuration(settings, folder, local_targets(settings, processes)).read_text())


def asked(configuration: dict[str, Any]) -> dict[str, Any]:
    return {
        job["job_name"]: [target for group in job["static_configs"] for target in group["targets"]]
        for job in configuration["scrape_configs"]
        if "static_configs" in job
    }


def test_settings_left_alone_ask_whom_the_file_in_ops_asks(tmp_path: Path) -> None:
    source = yaml.safe_load(CONFIGURATION.read_text())

    effective = written(Settings(), tmp_path)

    assert asked(effective) == asked(source)
    assert effective["alerting"] == source["alerting"]
    assert effective["global"] == source["global"] | {
        "external_labels": {"docs_url": SOURCE.as_uri(), "grafana_url": "http://127.0.0.1:3001"}
    }
    assert effective["rule_files"] == [RULES]


def test_everything_is_asked_every_15_seconds() -> None:
    source = yaml.safe_load(CONFIGURATION.read_text())

    assert (source["global"]["scrape_interval"], source["global"]["evaluation_interval"]) == ("15s", "15s")
    assert set(asked(source)) == {"api", "worker", "temporal", "prometheus", "alertmanager"}


def test_ports_are_those_of_the_settings_and_each_worker_process_has_one(tmp_path: Path) -> None:
    settings = Settings(
        api_host="0.0.0.0",  # noqa: S104  where it listens; it is asked on loopback
        api_port=4000,
        worker_metrics_port=4100,
        temporal_metrics_port=4200,
        prometheus_port=4300,
        alertmanager_port=4400,
    )

    effective = written(settings, tmp_path, processes=3)

    assert asked(effective) == {
        "api": ["127.0.0.1:4000"],
        "worker": ["127.0.0.1:4100", "127.0.0.1:4101", "127.0.0.1:4102"],
        "temporal": ["127.0.0.1:4200"],
        "prometheus": ["127.0.0.1:4300"],
        "alertmanager": ["127.0.0.1:4400"],
    }
    assert effective["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["127.0.0.1:4400"]}]}]


def test_links_lead_where_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(docs_url="https://docs.example/", grafana_url="https://grafana.example/")

    labels = written(settings, tmp_path)["global"]["external_labels"]

    assert labels == {"docs_url": "https://docs.example", "grafana_url": "https://grafana.example"}


def test_links_to_runbooks_lead_to_files_of_this_machine_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    docs_url = written(Settings(), tmp_path)["global"]["external_labels"]["docs_url"]

    assert Path(docs_url.removeprefix("file://"), "docs", "runbooks").parent.is_dir()


def test_samples_are_sent_nowhere_unless_the_settings_say_where(tmp_path: Path) -> None:
    assert "remote_write" not in written(Settings(), tmp_path)
    assert "remote_write" not in written(Settings(prometheus_remote_write_token_file=Path("token")), tmp_path)


@pytest.mark.parametrize("token_file", [None, Path("/run/secrets/token")])
def test_samples_are_sent_on_with_the_token_of_a_file(tmp_path: Path, token_file: Path | None) -> None:
    settings = Settings(
        prometheus_remote_write_url="https://mimir.example/push", prometheus_remote_write_token_file=token_file
    )

    [receiver] = written(settings, tmp_path)["remote_write"]

    assert receiver["url"] == "https://mimir.example/push"
    assert receiver["write_relabel_configs"] == written(settings, tmp_path)["alerting"]["alert_relabel_configs"], (
        "labels that are for links stay here"
    )
    assert receiver.get("authorization") == (token_file and {"credentials_file": "/run/secrets/token"})


def test_other_targets_and_rules_can_be_given(tmp_path: Path) -> None:
    file = write_configuration(
        Settings(), tmp_path, COMPOSE, looked_up=frozenset({"worker"}), rules="/etc/prometheus/rules/*.yml"
    )

    effective = yaml.safe_load(file.read_text())

    assert asked(effective) == {name: targets for name, targets in COMPOSE.items() if name != "worker"}
    [worker] = [job for job in effective["scrape_configs"] if job["job_name"] == "worker"]
    assert worker["dns_sd_configs"] == [{"names": ["worker"], "type": "A", "port": 9464, "refresh_interval": "15s"}]
    assert effective["rule_files"] == ["/etc/prometheus/rules/*.yml"]
    assert effective["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]


def test_the_command_listens_on_loopback_keeps_samples_as_long_as_set_and_takes_no_orders_over_http() -> None:
    settings = Settings(prometheus_port=4300, prometheus_retention=timedelta(days=2))

    command = prometheus_command(settings, Path("/etc/prometheus.yml"), Path("/data"))

    assert command[0] == "prometheus"
    assert set(command) >= {
        "--config.file=/etc/prometheus.yml",
        "--storage.tsdb.path=/data",
        "--storage.tsdb.retention.time=172800s",
        "--web.listen-address=127.0.0.1:4300",
    }
    assert not [flag for flag in command if "enable-lifecycle" in flag or "enable-admin-api" in flag]

"""Prometheus as an installation needs it: the configuration in `ops`, with what settings say put in, and its command.

There is one configuration. What differs between machines is changed in it; it is not written a second time.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from domain.address import reachable
from embedded.errors import StackError
from settings import Settings

LOOPBACK: Final = "127.0.0.1"
PROGRAM: Final = "prometheus"
SOURCE: Final = Path(__file__).resolve().parents[1]
CONFIGURATION: Final = SOURCE / "ops" / "prometheus" / "prometheus.yml"
RULES: Final = str(CONFIGURATION.parent / "rules" / "*.yml")

_OF_TEMPLATES: Final = "docs_url|grafana_url"
"""External labels that are for links in alerts alone."""

Targets = Mapping[str, Sequence[str]]
"""`host:port` of what is asked, by job. `alertmanager` is where alerts go, too."""


def find_prometheus() -> Path:
    """Return Prometheus' program. Raises StackError where there is none on PATH."""
    if program := shutil.which(PROGRAM):
        return Path(program)
    message = "There is no Prometheus on PATH."
    raise StackError(message, "Install it: apt-get install prometheus")


def local_targets(settings: Settings, processes: int = 1) -> Targets:
    """Return where everything is when it runs on this machine, with so many worker processes."""
    worker = reachable(settings.worker_metrics_host)
    return {
        "api": [urlsplit(settings.local_api_url).netloc],
        "worker": [f"{worker}:{settings.worker_metrics_port + number}" for number in range(processes)],
        "temporal": [f"{LOOPBACK}:{settings.temporal_metrics_port}"],
        "prometheus": [f"{LOOPBACK}:{settings.prometheus_port}"],
        "alertmanager": [f"{LOOPBACK}:{settings.alertmanager_port}"],
    }


def write_configuration(
    settings: Settings,
    folder: Path,
    targets: Targets,
    *,
    looked_up: frozenset[str] = frozenset(),
    rules: str = RULES,
) -> Path:
    """Write what Prometheus reads into `folder`, and return the file.

    `looked_up` names jobs whose targets are names that stand for any number of addresses, which DNS tells again and
    again: services of several replicas. `rules` is a pattern of files.
    """
    configuration = yaml.safe_load(CONFIGURATION.read_text())
    configuration["global"]["external_labels"] = {
        "docs_url": (settings.docs_url or SOURCE.as_uri()).rstrip("/"),
        "grafana_url": settings.grafana_url.rstrip("/"),
    }
    configuration["rule_files"] = [rules]
    configuration["alerting"]["alertmanagers"] = [_static(targets["alertmanager"])]
    for job in configuration["scrape_configs"]:
        name = job["job_name"]
        del job["static_configs"]
        job.update(_discovered(targets[name]) if name in looked_up else _static(targets[name]))
    configuration |= _remote_write(settings)
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration, sort_keys=False))
    return file


def prometheus_command(settings: Settings, configuration: Path, data: Path, program: str = PROGRAM) -> tuple[str, ...]:
    """Return the command of a Prometheus on loopback that keeps its samples in `data`.

    Nobody can reload or stop it through HTTP: it has no login.
    """
    address = f"{LOOPBACK}:{settings.prometheus_port}"
    return (
        program,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data}",
        f"--storage.tsdb.retention.time={_seconds(settings)}s",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        "--log.level=warn",
    )


def _static(targets: Sequence[str]) -> dict[str, Any]:
    return {"static_configs": [{"targets": list(targets)}]}


def _discovered(targets: Sequence[str]) -> dict[str, Any]:
    names_and_ports = [target.rsplit(":", 1) for target in targets]
    return {
        "dns_sd_configs": [
            {"names": [name], "type": "A", "port": int(port), "refresh_interval": "15s"}
            for name, port in names_and_ports
        ]
    }


def _remote_write(settings: Settings) -> dict[str, Any]:
    if settings.prometheus_remote_write_url is None:
        return {}
    receiver: dict[str, Any] = {
        "url": settings.prometheus_remote_write_url,
        "write_relabel_configs": [{"regex": _OF_TEMPLATES, "action": "labeldrop"}],
    }
    if settings.prometheus_remote_write_token_file is not None:
        token_file = str(settings.prometheus_remote_write_token_file.absolute())
        receiver["authorization"] = {"credentials_file": token_file}
    return {"remote_write": [receiver]}


def _seconds(settings: Settings) -> int:
    return int(settings.prometheus_retention.total_seconds())

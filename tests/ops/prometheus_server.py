"""A running Prometheus as tests ask it, and one of their own on a free port of loopback."""

import ssl
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx

from embedded.prometheus import prometheus_command
from settings import Settings
from tests.programs import Process, start, tied

_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.05

_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Knows no authority: to read them all would take longer than most answers."""

Labels = Mapping[str, str]


class Prometheus:
    """Asks a Prometheus."""

    def __init__(self, url: str) -> None:
        self.url: Final = url

    def alerts(self) -> set[tuple[str, str]]:
        """Return the name and the state, `pending` or `firing`, of every alert there is now."""
        return {(alert["labels"]["alertname"], alert["state"]) for alert in self._get("alerts")["alerts"]}

    def query(self, query: str) -> list[dict[str, Any]]:
        """Return what a query finds now: `metric` and `value` of each series. Fails where it is no query."""
        return self._get("query", query=query)["result"]

    def series(self, *selectors: str) -> list[Labels]:
        """Return the labels of every series that any of the selectors finds, of the last hour."""
        return self._get("series", start=str(time.time() - 3600), **{"match[]": selectors})

    def targets(self) -> dict[str, str]:
        """Return `up`, `down` or `unknown` by job."""
        return {target["labels"]["job"]: target["health"] for target in self._get("targets")["activeTargets"]}

    def is_ready(self) -> bool:
        """Return whether it answers."""
        try:
            return httpx.get(f"{self.url}/-/ready", trust_env=False).status_code == HTTPStatus.OK
        except httpx.TransportError:
            return False

    def _get(self, path: str, **parameters: Any) -> Any:  # noqa: ANN401  JSON
        url = f"{self.url}/api/v1/{path}"
        answer = httpx.get(url, params=parameters, trust_env=False, verify=_NO_TLS, timeout=30)
        assert answer.status_code == HTTPStatus.OK, answer.text
        return answer.json()["data"]


@contextmanager
def running_prometheus(settings: Settings, configuration: Path, *options: str) -> Generator[Prometheus]:
    """Yield a Prometheus on the port of the settings, while the block lasts; its log lies beside the configuration."""
    prometheus = Prometheus(f"http://127.0.0.1:{settings.prometheus_port}")
    folder = configuration.parent
    log = folder / "prometheus.log"
    with log.open("wb") as output:
        command = prometheus_command(settings, configuration, folder / "data")
        process = start(*tied(*command, *options), stdout=output, stderr=output)
        try:
            _await_ready(process, prometheus, log)
            yield prometheus
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _await_ready(process: Process, prometheus: Prometheus, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not prometheus.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"Prometheus did not start: {log.read_text()[-2000:]}"
            raise RuntimeError(message)
        time.sleep(_LOOK_EVERY_SECONDS)

"""A handful of jobs, one for each way to end that a runbook is about, and what placeholders stand for among them."""

from collections.abc import Iterator
from typing import Any, Final

from domain.route import SANDBOX_MODEL
from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.stack import until
from tests.vendors.behaviour import Act, Behaviour

ENDED: Final = {"completed": 4, "failed": 6}

_REFUSALS: Final = (Behaviour.UNAVAILABLE, Behaviour.UNAUTHORIZED)
"""What the vendor shows to the first that ask it for an outline."""
_SECONDS: Final = 120.0


class FewJobs(MixedJobs):
    """Fills a stack with few jobs, and names one of what it holds."""

    def fill(self) -> None:
        """Submit everything as one batch, and wait until all of it has ended."""
        self.bench.vendor.next("outline", *(Act(behaviour=behaviour) for behaviour in _REFUSALS))
        self._submit(list(self._few_orders()), per_second=20)
        until(
            lambda: self.by_status() == ENDED, _SECONDS, lambda: f"{self.by_status()}\n{self.stack.story()}", step=0.5
        )

    def filled_in(self, command: str) -> str:
        """Return a command of a runbook as it can be run here."""
        places = {
            "http://127.0.0.1:9090": self.stack.prometheus_url,
            "http://127.0.0.1:9093": self.stack.alertmanager_url,
        }
        for written, real in places.items():
            command = command.replace(written, real)
        if "workflow terminate" in command:
            command = command.replace("JOB_ID", self._job("jobs cancel"))
        return super().filled_in(command)

    def _few_orders(self) -> Iterator[dict[str, Any]]:
        for _ in range(len(_REFUSALS) + 1):
            yield self._order(tries=1)
        yield self._order(maxCostUsd=0.000001)
        yield self._order(route=[SANDBOX_MODEL], tries=2, sandbox={"errorRates": {"TIMEOUT": 1}})
        yield self._sandbox(sandbox={"errorRates": {"RATE_LIMIT": 1}})
        yield self._sandbox(sandbox={"invalidRate": 1})
        for _ in range(ENDED["completed"] - 1):
            yield self._sandbox()

"""200 jobs that ended in every way, or have not, and what a command's placeholders stand for among them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from domain.route import SANDBOX_MODEL
from tests.acceptance.bench import BRIEF, JOBS, Bench
from tests.acceptance.stack import RunningStack, until
from tests.programs import pagewright
from tests.vendors.behaviour import Act, Behaviour

COMPLETED: Final = 135
CANCELLED: Final = 10
PAUSED: Final = 5
FAILED: Final = {
    "SERVICE_UNAVAILABLE": 12,
    "COST_LIMIT": 3,
    "TIMEOUT": 8,
    "RATE_LIMIT": 8,
    "AUTH_ERROR": 10,
    "VALIDATION_ERROR": 9,
}
CAN_RETRY: Final = 28

_BRIEF: Final = {"text": BRIEF["text"], "sections": ["features"]}
"""A short page's: the commands matter."""
_OF_VENDOR: Final = 20
"""Completed ones a vendor was asked for; the others are the sandbox's."""
_REFUSALS: Final = {"SERVICE_UNAVAILABLE": Behaviour.UNAVAILABLE, "AUTH_ERROR": Behaviour.UNAUTHORIZED}
"""What the vendor shows to the first that ask it for an outline."""
_FAULTS: Final = ("TIMEOUT", "RATE_LIMIT")
"""What the sandbox shows."""
_SLOW: Final = {"sandbox": {"latencyMs": 12_000}}
_MENDED: Final = "canRetry=true&provider=openai"
"""Dead letters whose retry succeeds: the vendor is well again, and the sandbox is asked for its faults anew."""
_FILL_SECONDS: Final = 480.0
_LOOK_SECONDS: Final = 0.5
"""Between two looks at lists: looking costs the stack time, too."""
_DATA: Final = re.compile(r"(?<!\S)\.data(?=[/\s)]|$)")
_PLACEHOLDER: Final = re.compile(r"\b(?:JOB|DLQ|PAGE|BATCH|TOKEN|SCHEDULE)_ID\b")


@dataclass
class MixedJobs:
    """Fills a stack, and names one of what it holds."""

    bench: Bench

    @property
    def stack(self) -> RunningStack:
        """The stack."""
        return self.bench.stack

    def fill(self) -> None:
        """Submit everything as one batch; then pause and cancel what is slow."""
        for error_type, behaviour in _REFUSALS.items():
            self.bench.vendor.next("outline", *[Act(behaviour=behaviour)] * FAILED[error_type])
        batch = self._submit(list(self._orders()), per_second=100)
        slow = [item["jobId"] for item in self.stack.get(f"/api/ai/batches/{batch}/items?limit=100")["items"]]
        for number, job in enumerate(slow[: PAUSED + CANCELLED]):
            until(lambda job=job: self._is_begun(job), _FILL_SECONDS, self.stack.story, step=_LOOK_SECONDS)
            verb = "pause" if number < PAUSED else "cancel"
            assert self.stack.post(f"{JOBS}/{job}/{verb}").status_code == HTTPStatus.ACCEPTED
        wanted = {"completed": COMPLETED, "failed": sum(FAILED.values()), "cancelled": CANCELLED, "paused": PAUSED}
        until(
            lambda: self.by_status() == wanted,
            _FILL_SECONDS,
            lambda: f"{self.by_status()}\n{self.stack.story()}",
            step=_LOOK_SECONDS,
        )

    def by_status(self) -> dict[str, int]:
        """Return how many jobs there are of each status."""
        counted: Counter[str] = Counter()
        cursor = ""
        while True:
            listed = self.stack.get(f"{JOBS}?limit=100{cursor}")
            counted.update(job["status"] for job in listed["jobs"])
            if listed["nextCursor"] is None:
                return dict(counted)
            cursor = f"&cursor={listed['nextCursor']}"

    def filled_in(self, command: str) -> str:
        """Return a command of a document as it can be run here."""
        today = datetime.now(UTC).date()
        places_and_days = {
            "http://127.0.0.1:3000": self.stack.url,
            "http://localhost:3000": self.stack.url.replace("127.0.0.1", "localhost"),
            "127.0.0.1:7233": self.stack.temporal_address,
            "2025-10-01": f"{today - timedelta(days=9)}",
            "2025-10-10": f"{today}",
        }
        for written, real in places_and_days.items():
            command = command.replace(written, real)
        command = _DATA.sub(str(self.stack.directory.root), command)
        finders: dict[str, Callable[[str], str]] = {
            "JOB_ID": self._job,
            "DLQ_ID": self._letter,
            "PAGE_ID": lambda _: self.stack.get("/api/pages?limit=1")["pages"][0]["id"],
            "BATCH_ID": self._batch,
            "TOKEN_ID": lambda _: self._token(),
            "SCHEDULE_ID": lambda _: self.stack.get("/api/ai/schedules?limit=1")["schedules"][0]["id"],
        }
        return _PLACEHOLDER.sub(lambda found: finders[found[0]](command), command)

    def _orders(self) -> Iterator[dict[str, Any]]:
        for _ in range(PAUSED + CANCELLED):
            yield self._sandbox(**_SLOW)
        for _ in range(_OF_VENDOR + sum(FAILED[error_type] for error_type in _REFUSALS)):
            yield self._order(tries=1)
        for _ in range(FAILED["COST_LIMIT"]):
            yield self._order(maxCostUsd=0.000001)
        for error_type in _FAULTS:
            for _ in range(FAILED[error_type]):
                yield self._sandbox(sandbox={"errorRates": {error_type: 1}})
        for _ in range(FAILED["VALIDATION_ERROR"]):
            yield self._sandbox(sandbox={"invalidRate": 1})
        for _ in range(COMPLETED - _OF_VENDOR):
            yield self._sandbox()

    def _sandbox(self, **options: object) -> dict[str, Any]:
        return self._order(route=[SANDBOX_MODEL], tries=1, **options)

    def _order(self, **options: object) -> dict[str, Any]:
        order = self.bench.order(**options)
        return order | {"brief": {"audience": order["brief"]["audience"], **_BRIEF}}

    def _submit(self, orders: list[dict[str, Any]], *, per_second: float) -> str:
        path = f"{JOBS}/batch?perSecond={per_second}&inFlight=60"
        with self.stack.http() as http:
            answer = http.post(
                path, content="\n".join(map(json.dumps, orders)), headers={"Content-Type": "application/x-ndjson"}
            )
        assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
        return answer.json()["data"]["id"]

    def _is_begun(self, job: str) -> bool:
        with self.stack.http() as http:
            answer = http.get(f"{JOBS}/{job}")
        return answer.status_code == HTTPStatus.OK and answer.json()["data"]["status"] == "active"

    def _job(self, command: str) -> str:
        if "jobs pause" in command or "jobs cancel" in command:
            answer = self.stack.post(JOBS, self._sandbox(**_SLOW))
            assert answer.status_code == HTTPStatus.ACCEPTED, answer.text
            return answer.json()["data"]["id"]
        if "jobs retry" in command:
            return self._letters(_MENDED)[0]["jobId"]
        status = "paused" if "jobs resume" in command else "completed"
        return self.stack.get(f"{JOBS}?status={status}&limit=1")["jobs"][0]["id"]

    def _letter(self, command: str) -> str:
        if "--max-cost" in command:
            query = "errorType=COST_LIMIT"
        elif "--model" in command or "discard" in command:
            query = "errorType=AUTH_ERROR"
        else:
            query = _MENDED
        return self._letters(query)[0]["dlqJobId"]

    def _letters(self, query: str) -> list[dict[str, Any]]:
        return self.stack.get(f"/api/ai/dlq?limit=1&{query}")["entries"]

    def _batch(self, command: str) -> str:
        if "batches pause" in command:
            return self._submit([self._sandbox() for _ in range(50)], per_second=0.1)
        statuses = {"batches resume": "paused", "batches cancel": "active"}
        status = next((status for verb, status in statuses.items() if verb in command), "completed")
        listed = self.stack.get(f"/api/ai/batches?limit=100&status={status}")["batches"]
        found = [batch["id"] for batch in listed if batch["kind"] == "submit" and not batch["failures"]]
        assert found, f"no batch for {command}: {listed}"
        return found[0]

    def _token(self) -> str:
        """Return the id of a token that is not the caller's own."""
        said = pagewright("token", "list", "--tenant", "acme", "--json", environment=self.stack.environment)
        return json.loads(said.stdout)["tokens"][0]["id"]

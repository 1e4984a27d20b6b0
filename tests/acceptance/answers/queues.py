"""What an operator sees of the queues, and of housekeeping."""

import re
from typing import Any, Final

from tests.acceptance.answers.reading import AUTH, Answers, Holds, data_of
from tests.acceptance.mixed_jobs import COMPLETED, PAUSED, MixedJobs
from tests.acceptance.shell import Ran

PROVIDERS: Final = {"openai", "sandbox"}
_DELETED: Final = 1
"""A completed job is deleted by itself before."""


def listed(ran: Ran, _: MixedJobs) -> None:
    assert {f"llm-{provider}" for provider in PROVIDERS} | {"pages"} <= set(ran.output.split())
    assert "no worker" not in ran.output
    assert re.search(r"^Your jobs: .*\b\d+ waiting\b.*\b\d+ failed\b", ran.output, re.MULTILINE)


def told(ran: Ran, jobs: MixedJobs) -> None:
    found = data_of(ran)
    for queue in found["queues"]:
        assert queue.keys() >= {"backlog", "oldestAgeSeconds", "pollers", "runningCalls", "paused", "reason"}
        assert queue["pollers"] >= 1
    assert {queue["provider"] for queue in found["queues"]} == PROVIDERS | {None}
    assert found["jobs"]["paused"] == jobs.by_status()["paused"]


def holds_back(*providers: str) -> Holds:
    """Return a check that exactly these providers' queues are paused afterwards, and that it is said of the one named.

    Those that are named are all, where none is.
    """

    def holds(ran: Ran, jobs: MixedJobs) -> None:
        named = set(re.findall(r"--provider (\w+)", ran.command)) or PROVIDERS
        said = {provider: next(line for line in ran.output.splitlines() if provider in line) for provider in named}
        for provider, line in said.items():
            state = "is paused: " if provider in providers else "is not paused"
            assert line.startswith(f"llm-{provider} {state}")
        assert held(jobs) == set(providers)

    return holds


def held(jobs: MixedJobs) -> set[str]:
    """Return the providers whose queues are paused."""
    return {queue["provider"] for queue in jobs.stack.get("/api/ai/queue")["queues"] if queue["paused"]}


def limit_is(calls: float | None) -> Holds:
    """Return a check of a provider's limit afterwards."""

    def holds(ran: Ran, jobs: MixedJobs) -> None:
        (openai,) = (queue for queue in _queues(jobs) if queue["provider"] == "openai")
        assert openai["callsPerSecond"] == calls
        assert ("limited to 5 calls/s" in ran.output) == (calls is not None)

    return holds


def none_old_enough(ran: Ran, _: MixedJobs) -> None:
    assert re.search(r"^0 jobs are cleared\.$", ran.output, re.MULTILINE)


def cleared_completed(ran: Ran, jobs: MixedJobs) -> None:
    assert _count_of(ran, r"^(\d+) jobs are cleared\.") >= COMPLETED - _DELETED
    assert jobs.by_status()["failed"] > 0


def cleared(ran: Ran, jobs: MixedJobs) -> None:
    assert _count_of(ran, r"^(\d+) failed ones stay: a dead letter holds them\.") == _open_letters(jobs)
    assert jobs.by_status()["paused"] == PAUSED  # nothing open is touched


def _count_of(ran: Ran, pattern: str) -> int:
    (count,) = re.findall(pattern, ran.output, re.MULTILINE)
    return int(count)


def _open_letters(jobs: MixedJobs) -> int:
    return jobs.stack.get("/api/ai/dlq/stats")["total"]


def _queues(jobs: MixedJobs) -> list[dict[str, Any]]:
    return jobs.stack.get("/api/ai/queue")["queues"]


ANSWERS: Final[Answers] = {
    "pagewright queue list": listed,
    f'{AUTH}/api/ai/queue"': told,
    'pagewright queue pause --provider openai --reason "the provider reports an incident"': holds_back("openai"),
    "pagewright queue resume --provider openai": holds_back(),
    "pagewright queue pause": holds_back(*PROVIDERS),
    'pagewright queue pause --reason "emergency stop"': holds_back(*PROVIDERS),
    "pagewright queue resume": holds_back(),
    "pagewright queue limit openai 5": limit_is(5),
    "pagewright queue limit openai --unset": limit_is(None),
    "pagewright queue clear": cleared,
    "pagewright queue clear --status=completed": cleared_completed,
    "pagewright queue clear --older-than 7d --yes": none_old_enough,
}

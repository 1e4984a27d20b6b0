"""Every command of the operations guide is run against a stack with 200 mixed jobs, and what it was written for holds.

ANSWERS holds the curl and command lines of the guide that this product was asked for, translated, and what each has to
answer: `pagewright` for its own program, the API's address and a token where that guide had none, `--yes` where nobody
is there to be asked.
"""

import csv
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from tests.acceptance.bench import Bench
from tests.acceptance.mixed_jobs import CAN_RETRY, CANCELLED, COMPLETED, FAILED, PAUSED, MixedJobs
from tests.acceptance.shell import Ran, Shell, commands_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.requires("curl", "jq")]

GUIDE: Final = "docs/operations.md"
ALL_FAILED: Final = sum(FAILED.values())
LETTER_FIELDS: Final = {
    *("jobId", "dlqJobId", "canRetry", "errorType", "provider", "model", "attempts", "spentUsd", "retryEstimateUsd"),
}


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Make 200 pages soon, and let them be paid for."""
    return {
        "PAGEWRIGHT_MAX_COST_PER_DAY": "1000",
        "PAGEWRIGHT_CALLS_PER_SECOND": "1000",
        "PAGEWRIGHT_CALLS_PER_WORKER": "40",
    }


@pytest.fixture(scope="module")
def latency() -> float:
    """A vendor that is quick: the commands matter."""
    return 0.0


@pytest.fixture
def shell(bench: Bench, tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder. A stack that the guide itself started ends with it."""
    yield Shell(tmp_path, bench.stack.environment)
    holder = bench.stack.directory.holder()
    if holder is not None and holder != bench.stack.pids.get("up"):
        with suppress(psutil.NoSuchProcess):
            started = psutil.Process(holder)
            started.terminate()
            psutil.wait_procs([started], timeout=60)


def test_every_command_of_the_guide_works_and_answers(bench: Bench, shell: Shell) -> None:
    jobs = MixedJobs(bench)
    jobs.fill()
    assert sum(jobs.by_status().values()) == 200
    awaited = dict(ANSWERS)
    failures: list[str] = []
    for written in commands_of(GUIDE):
        try:
            ran = shell.run(jobs.filled_in(written))
            if (holds := awaited.pop(one_line(written), None)) is not None:
                holds(ran, jobs)
        except (AssertionError, LookupError, ValueError) as error:  # one that fails hides no other
            failures.append(f"{written}\n{type(error).__name__}: {error}")
    assert not failures, "\n\n".join(failures)
    assert not awaited, f"the guide does not say {list(awaited)}"


def one_line(command: str) -> str:
    """Return a command without the breaks of its lines."""
    return re.sub(r"\s*\\?\n\s*", " ", command)


def data_of(ran: Ran) -> Any:  # noqa: ANN401  JSON
    """Return the data of an answer of the API."""
    return json.loads(ran.output)["data"]


def ids_in(text: str, kind: str) -> set[str]:
    """Return the ids in a table."""
    return set(re.findall(rf"(?<!_){kind}_[0-9A-Z]{{26}}\b", text))


def health(ran: Ran, _: MixedJobs) -> None:
    assert json.loads(ran.output)["status"] == "ok"


def metrics(ran: Ran, _: MixedJobs) -> None:
    assert re.search(r"^process_resident_memory_bytes \d", ran.output, re.MULTILINE)


def newest_jobs(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "job")) == 20


def failed_jobs(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "job")) == ALL_FAILED
    assert set(FAILED) <= set(re.findall(r"\b[A-Z]+_?[A-Z]+\b", ran.output))
    assert "completed" not in ran.output


def some_failed_jobs(ran: Ran, _: MixedJobs) -> None:
    assert 0 < len(ids_in(ran.output, "job")) <= 20
    assert "completed" not in ran.output


def no_ended_jobs(ran: Ran, _: MixedJobs) -> None:
    assert not re.search(r"\b(completed|failed|cancelled)\b", ran.output)


def one_job(ran: Ran, jobs: MixedJobs) -> None:
    (job,) = ids_in(ran.output, "job")
    assert jobs.stack.get(f"/api/ai/jobs/{job}")["status"] == "completed"
    assert {"outline", "section:0"} <= set(ran.output.split())


def job_metrics(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    ended = {"completed": COMPLETED, "failed": ALL_FAILED, "cancelled": CANCELLED, "paused": PAUSED}
    assert found["byStatus"] == dict.fromkeys(found["byStatus"], 0) | ended
    assert found["successRate"] == pytest.approx(100 * COMPLETED / (COMPLETED + ALL_FAILED), abs=0.1)
    times = found["processingTimeMs"]
    assert times["count"] == COMPLETED + ALL_FAILED
    assert 0 < times["p50"] <= times["p95"] <= times["p99"]
    assert {name: count["jobs"] for name, count in found["errorsByType"].items()} == FAILED
    assert 0 < found["validationPassRate"] < 100


def history(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert len(found["jobs"]) == 50
    assert found["nextCursor"]
    ends = [job["finishedAt"] for job in found["jobs"]]
    assert ends == sorted(ends, reverse=True)


def letters(ran: Ran, _: MixedJobs) -> None:
    assert len(re.findall(r"\bdlq_job_\w+", ran.output)) == 20


def letter_statistics(ran: Ran, _: MixedJobs) -> None:
    found = {line.partition(": ")[0]: json.loads(line.partition(": ")[2]) for line in ran.output.splitlines()}
    assert (found["total"], found["retryable"]) == (ALL_FAILED - 1, CAN_RETRY - 1)  # a job was retried before
    by_error = {name: count for name, count in found["byErrorType"].items() if name in {"AUTH_ERROR", "COST_LIMIT"}}
    assert by_error == {name: FAILED[name] for name in by_error}
    assert sum(found["byModel"].values()) == sum(found["byDate"].values()) == found["total"]


def by_provider(ran: Ran, _: MixedJobs) -> None:
    (line,) = ran.output.splitlines()
    assert json.loads(line.removeprefix("byProvider: ")).keys() == {"openai", "sandbox"}


def one_round(ran: Ran, jobs: MixedJobs) -> None:
    (job,) = ids_in(ran.output, "job")
    assert re.search(r"\bRound\s+2\b", ran.output)
    assert jobs.stack.get(f"/api/ai/jobs/{job}")["round"] == 2


def one_round_by_http(ran: Ran, jobs: MixedJobs) -> None:
    begun = data_of(ran)
    assert begun["round"] == jobs.stack.get(f"/api/ai/jobs/{begun['jobId']}")["round"] == 2


def letters_by_http(ran: Ran, _: MixedJobs) -> None:
    entry = data_of(ran)["entries"][-1]
    assert entry.keys() >= LETTER_FIELDS


def deleted(ran: Ran, jobs: MixedJobs) -> None:
    (job,) = ids_in(ran.output, "job")
    with jobs.stack.http() as http:
        assert http.get(f"/api/ai/jobs/{job}").status_code == 404


def paused(ran: Ran, jobs: MixedJobs) -> None:
    assert {"llm-openai is paused", "llm-sandbox is paused"} <= {line.split(":")[0] for line in ran.output.splitlines()}
    assert held(jobs) == {"openai", "sandbox"}


def resumed(ran: Ran, jobs: MixedJobs) -> None:
    assert {"llm-openai is not paused", "llm-sandbox is not paused"} <= set(ran.output.splitlines())
    assert held(jobs) == set()


def held(jobs: MixedJobs) -> set[str]:
    return {queue["provider"] for queue in jobs.stack.get("/api/ai/queue")["queues"] if queue["paused"]}


def cleared_completed(ran: Ran, jobs: MixedJobs) -> None:
    (count,) = re.findall(r"^(\d+) jobs are cleared\.$", ran.output, re.MULTILINE)
    assert int(count) >= COMPLETED - 1  # one was deleted by itself
    assert jobs.by_status()["failed"] > 0


def cleared(ran: Ran, jobs: MixedJobs) -> None:
    (count,) = re.findall(r"^(\d+) failed ones stay: a dead letter holds them\.", ran.output, re.MULTILINE)
    assert int(count) == jobs.stack.get("/api/ai/dlq/stats")["total"]
    assert jobs.by_status()["paused"] == PAUSED  # nothing open is touched


def usage(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert found["totalEstimatedCost"] > 0
    assert found["byProvider"]["openai"].keys() >= {"totalTokens", "promptTokens", "completionTokens", "estimatedCost"}
    assert found["byProvider"].keys() == {"openai", "sandbox"}
    for part in ("byProvider", "byModel", "byUser", "byDate"):
        parts = sum(one["estimatedCost"] for one in found[part].values())
        assert parts == pytest.approx(found["totalEstimatedCost"], abs=1e-9)


def usage_csv(ran: Ran, jobs: MixedJobs) -> None:
    with (ran.folder / "usage-report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert {row["provider"] for row in rows} == {"openai", "sandbox"}
    total = sum(int(row["totalTokens"]) for row in rows)
    assert 0 < total <= jobs.stack.get("/api/ai/usage/last-n-days?days=11")["totalTokens"]


def exported(ran: Ran, jobs: MixedJobs) -> None:
    entries = export(ran)
    assert len(entries) == jobs.stack.get("/api/ai/dlq/stats")["total"]
    assert {entry["canRetry"] for entry in entries} == {True, False}
    assert all(entry.keys() >= LETTER_FIELDS for entry in entries)


def each_retried(ran: Ran, jobs: MixedJobs) -> None:
    wanted = {entry["jobId"]: entry["round"] for entry in export(ran) if entry["canRetry"]}
    assert ran.output.count(" has begun.") == len(wanted) > 0
    rounds = {job: jobs.stack.get(f"/api/ai/jobs/{job}")["round"] for job in wanted}
    assert rounds == {job: number + 1 for job, number in wanted.items()}


def export(ran: Ran) -> list[dict[str, Any]]:
    return json.loads((ran.folder / "dlq-export.json").read_text("utf-8"))["data"]["entries"]


def none_unavailable(ran: Ran, jobs: MixedJobs) -> None:
    assert re.search(r"\bcompleted\b", ran.output)
    assert "SERVICE_UNAVAILABLE" not in jobs.stack.get("/api/ai/dlq/stats")["byErrorType"]


def sound(ran: Ran, _: MixedJobs) -> None:
    assert "Everything needed works." in ran.output


def ready_and_held(ran: Ran, jobs: MixedJobs) -> None:
    assert json.loads(ran.output.splitlines()[-1])["status"] == "ready"
    assert held(jobs) == {"openai", "sandbox"}  # paused before everything was stopped


def copied(ran: Ran, _: MixedJobs) -> None:
    with tarfile.open(ran.folder / "pagewright-backup.tar.gz") as archive:
        assert {Path(name).name for name in archive.getnames()} >= {"pagewright.db", "temporal.db", "owner.token"}


_AUTH: Final = 'curl -H "Authorization: Bearer $JWT_TOKEN" "$PAGEWRIGHT_URL'
_POST: Final = 'curl -X POST -H "Authorization: Bearer $JWT_TOKEN" "$PAGEWRIGHT_URL'

ANSWERS: Final[dict[str, Callable[[Ran, MixedJobs], None]]] = {
    'curl "$PAGEWRIGHT_URL/api/health"': health,
    'curl "$PAGEWRIGHT_URL/metrics"': metrics,
    # jobs
    "pagewright jobs list": newest_jobs,
    "pagewright jobs list --status=failed --limit=100": failed_jobs,
    "pagewright jobs list --status=failed --limit=20": some_failed_jobs,
    "pagewright jobs list --status=active": no_ended_jobs,
    "pagewright jobs list --status=waiting": no_ended_jobs,
    "pagewright jobs view JOB_ID": one_job,
    "pagewright jobs retry JOB_ID": one_round,
    "pagewright jobs delete JOB_ID --yes": deleted,
    f'{_AUTH}/api/ai/jobs/metrics?hours=24"': job_metrics,
    f'{_AUTH}/api/ai/jobs/history?limit=50"': history,
    # dead letters
    "pagewright dlq list": letters,
    "pagewright dlq stats": letter_statistics,
    'pagewright dlq stats | grep "byProvider"': by_provider,
    "pagewright dlq retry DLQ_ID": one_round,
    f'{_AUTH}/api/ai/dlq"': letters_by_http,
    f'{_POST}/api/ai/dlq/DLQ_ID/retry"': one_round_by_http,
    # queues
    "pagewright queue pause": paused,
    "pagewright queue resume": resumed,
    "pagewright queue clear --yes": cleared,
    "pagewright queue clear --status=completed --yes": cleared_completed,
    # usage
    f'{_AUTH}/api/ai/usage/current-month"': usage,
    f'{_AUTH}/api/ai/usage/last-n-days?days=7"': usage,
    f'{_AUTH}/api/ai/usage/report?startDate=$start&endDate=$end&format=csv" > usage-report.csv': usage_csv,
    f'{_AUTH}/api/ai/usage/report?topUsersLimit=10"': usage,
    # emergencies, and what only this guide has
    "pagewright doctor": sound,
    "pagewright dlq retry --error-type SERVICE_UNAVAILABLE --since 24h --per-second 5 --yes": none_unavailable,
    'until curl --fail --silent "$PAGEWRIGHT_URL/readyz"; do sleep 1; done': ready_and_held,
    "tar --list --gzip --file pagewright-backup.tar.gz": copied,
    f'{_AUTH}/api/ai/dlq?limit=10000" > dlq-export.json': exported,
    "for jobId in $(cat dlq-export.json | jq -r '.data.entries[] | select(.canRetry == true) | .jobId'); do "
    "pagewright dlq retry $jobId done": each_retried,
}

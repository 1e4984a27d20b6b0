"""What an operator sees of jobs."""

import json
import re
from typing import Final

import pytest

from tests.acceptance.answers.reading import (
    AUTH,
    Answers,
    amount,
    data_of,
    field,
    ids_in,
    only_id,
    quiet,
    soon,
)
from tests.acceptance.mixed_jobs import CANCELLED, COMPLETED, FAILED, PAUSED, MixedJobs
from tests.acceptance.shell import Ran

ALL_FAILED: Final = sum(FAILED.values())


def newest(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "job")) == 20


def failed(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "job")) == ALL_FAILED
    assert set(FAILED) <= set(re.findall(r"\b[A-Z]+_?[A-Z]+\b", ran.output))
    assert "completed" not in ran.output


def some_failed(ran: Ran, _: MixedJobs) -> None:
    assert 0 < len(ids_in(ran.output, "job")) <= 20
    assert set(FAILED) & set(ran.output.split())
    assert "completed" not in ran.output


def none_ended(ran: Ran, _: MixedJobs) -> None:
    assert ids_in(ran.output, "job") or ran.output.startswith("No jobs are ")
    assert not re.search(r"\b(completed|failed|cancelled)\b", ran.output)


def viewed(ran: Ran, jobs: MixedJobs) -> None:
    job = only_id(ran.command, "job")
    shown = jobs.stack.get(f"/api/ai/jobs/{job}")
    assert job in ids_in(ran.output, "job")
    assert re.search(rf"\b{shown['status']}\b", field(ran, "Status"))
    assert {"outline", "section:0"} <= set(ran.output.split())
    assert field(ran, "Temporal") == shown["links"]["temporal"]
    assert amount(ran, "Calls") == shown["receipt"]["calls"] > 0


def counted(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    ended = {"completed": COMPLETED, "failed": ALL_FAILED, "cancelled": CANCELLED, "paused": PAUSED}
    assert found["byStatus"] == dict.fromkeys(found["byStatus"], 0) | ended
    assert found["successRate"] == pytest.approx(100 * COMPLETED / (COMPLETED + ALL_FAILED), abs=0.1)
    times = found["processingTimeMs"]
    assert times["count"] == COMPLETED + ALL_FAILED
    assert 0 < times["p50"] <= times["p95"] <= times["p99"]
    assert {name: count["jobs"] for name, count in found["errorsByType"].items()} == FAILED
    assert 0 < found["validationPassRate"] < 100
    assert found["throughputPerHour"] > 0
    assert found["retries"].keys() == {"requests", "rounds"}


def still_counted(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert 0 < found["successRate"] < 100
    assert found["errorsByType"].keys() <= set(FAILED)


def rates(ran: Ran, _: MixedJobs) -> None:
    assert 0 < amount(ran, "Success rate") <= 100
    assert 0 < amount(ran, "Validation pass rate") <= 100
    assert all(amount(ran, f"Processing time {part}") > 0 for part in ("p50", "p95", "p99"))
    assert amount(ran, "Throughput") > 0


def history(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert len(found["jobs"]) == 50
    assert found["nextCursor"]
    ends = [job["finishedAt"] for job in found["jobs"]]
    assert ends == sorted(ends, reverse=True)


def history_of_one_error(ran: Ran, _: MixedJobs) -> None:
    listed = data_of(ran)["jobs"]
    assert {(job["status"], job["errorType"]) for job in listed} == {("failed", "RATE_LIMIT")}
    assert len(listed) == FAILED["RATE_LIMIT"]


def history_of_timeouts(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "job")) == ran.output.count("TIMEOUT") == FAILED["TIMEOUT"]


def paused(ran: Ran, jobs: MixedJobs) -> None:
    job = only_id(ran.output, "job")
    soon(jobs, lambda: jobs.stack.get(f"/api/ai/jobs/{job}")["status"] == "paused")


def resumed(ran: Ran, jobs: MixedJobs) -> None:
    job = only_id(ran.output, "job")
    soon(jobs, lambda: jobs.stack.get(f"/api/ai/jobs/{job}")["status"] != "paused")


def cancelled(ran: Ran, jobs: MixedJobs) -> None:
    job = only_id(ran.output, "job")
    soon(jobs, lambda: jobs.stack.get(f"/api/ai/jobs/{job}")["status"] == "cancelled")


def second_round(ran: Ran, jobs: MixedJobs) -> None:
    """Check that the next round of the job that is named has begun: of a job, or of one that a dead letter holds."""
    (job,) = ids_in(ran.output, "job")
    assert re.search(r"\bRound\s+2\b", ran.output)
    assert jobs.stack.get(f"/api/ai/jobs/{job}")["round"] == 2


def deleted(ran: Ran, jobs: MixedJobs) -> None:
    job = only_id(ran.output, "job")
    assert f"{job} is deleted." in ran.output
    with jobs.stack.http() as http:
        assert http.get(f"/api/ai/jobs/{job}").status_code == 404


def replayed(ran: Ran, _: MixedJobs) -> None:
    job = only_id(ran.command, "job")
    assert re.search(rf"{job} replays: [1-9]\d* events, the same decisions\.", ran.output)
    assert json.loads((ran.folder / "job.history.json").read_text("utf-8"))["events"]


def listed_for_scripts(ran: Ran, jobs: MixedJobs) -> None:
    listed = jobs.stack.get("/api/ai/jobs?status=failed&limit=20")["jobs"]
    assert ran.output.split() == [job["id"] for job in listed]


ANSWERS: Final[Answers] = {
    "pagewright jobs list": newest,
    "pagewright jobs list --status=failed --limit=100": failed,
    "pagewright jobs list --status=failed --limit=20": some_failed,
    "pagewright jobs list --status=active": none_ended,
    "pagewright jobs list --status=active --status=delayed": none_ended,
    "pagewright jobs list --status=waiting": none_ended,
    "pagewright jobs list --status failed --json | jq -r '.jobs[].id'": listed_for_scripts,
    "pagewright jobs view JOB_ID": viewed,
    "pagewright jobs pause JOB_ID": paused,
    "pagewright jobs resume JOB_ID": resumed,
    "pagewright jobs cancel JOB_ID": cancelled,
    "pagewright jobs retry JOB_ID": second_round,
    "pagewright jobs delete JOB_ID": deleted,
    "pagewright jobs debug JOB_ID --out job.history.json": replayed,
    "rm job.history.json": quiet,
    "pagewright jobs metrics --hours 1": rates,
    "pagewright jobs metrics --hours 24": rates,
    "pagewright jobs metrics --hours 168": rates,
    "pagewright jobs metrics --hours 720": rates,
    "pagewright jobs history --since 24h --error-type TIMEOUT": history_of_timeouts,
    f'{AUTH}/api/ai/jobs/metrics?hours=24"': counted,
    f'{AUTH}/api/ai/jobs/metrics"': still_counted,
    f'{AUTH}/api/ai/jobs/history?limit=50"': history,
    f'{AUTH}/api/ai/jobs/history?status=failed&errorType=RATE_LIMIT&limit=20"': history_of_one_error,
}

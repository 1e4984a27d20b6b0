"""What an operator sees of dead letters."""

import csv
import json
import re
from typing import Any, Final

from tests.acceptance.answers.jobs import ALL_FAILED, second_round
from tests.acceptance.answers.reading import (
    AUTH,
    POST,
    Answers,
    amount,
    data_of,
    field,
    ids_in,
    letters_in,
    only_id,
    soon,
)
from tests.acceptance.mixed_jobs import CAN_RETRY, FAILED, MixedJobs
from tests.acceptance.shell import Ran

_FIELDS: Final = {
    *("jobId", "dlqJobId", "canRetry", "errorType", "provider", "model", "attempts", "spentUsd", "retryEstimateUsd"),
}
_COUNTS: Final = {"total", "retryable", "byErrorType", "byProvider", "byModel", "byDate", "spentUsd"}
_CLOSED_BEFORE: Final = 1
"""A job was retried by then, and so its dead letter."""
_UNAVAILABLE_BEFORE: Final = 3
"""A job and two dead letters of that error were retried by then."""


def newest(ran: Ran, _: MixedJobs) -> None:
    assert len(letters_in(ran.output)) == 20


def of_timeouts(ran: Ran, _: MixedJobs) -> None:
    assert len(letters_in(ran.output)) == ran.output.count("TIMEOUT") == FAILED["TIMEOUT"]


def not_retryable(ran: Ran, jobs: MixedJobs) -> None:
    held = jobs.stack.get("/api/ai/dlq?canRetry=false&limit=100")["entries"]
    assert set(letters_in(ran.output)) == {letter["dlqJobId"] for letter in held}
    assert held


def statistics(ran: Ran, _: MixedJobs) -> None:
    found = {line.partition(": ")[0]: json.loads(line.partition(": ")[2]) for line in ran.output.splitlines()}
    assert found.keys() >= _COUNTS
    assert 0 < found["retryable"] < found["total"]
    assert sum(found["byModel"].values()) == sum(found["byDate"].values()) == found["total"]


def statistics_by_http(ran: Ran, _: MixedJobs) -> None:
    found = data_of(ran)
    assert found.keys() >= _COUNTS
    assert (found["total"], found["retryable"]) == (ALL_FAILED - _CLOSED_BEFORE, CAN_RETRY - _CLOSED_BEFORE)
    assert found["byErrorType"] == FAILED | {"SERVICE_UNAVAILABLE": FAILED["SERVICE_UNAVAILABLE"] - _CLOSED_BEFORE}
    assert found["byProvider"].keys() == {"openai", "sandbox"}


def by_provider(ran: Ran, _: MixedJobs) -> None:
    (line,) = ran.output.splitlines()
    assert json.loads(line.removeprefix("byProvider: ")).keys() <= {"openai", "sandbox"}
    assert "openai" in line


def viewed(ran: Ran, jobs: MixedJobs) -> None:
    (letter,) = letters_in(ran.command)
    held = jobs.stack.get(f"/api/ai/dlq/{letter}")
    assert (field(ran, "Dead letter"), field(ran, "Job")) == (letter, held["jobId"])
    assert (field(ran, "Error"), field(ran, "Can be retried")) == ("SERVICE_UNAVAILABLE", "yes")
    assert f"Retry it with: pagewright dlq retry {letter}" in ran.output


def entries(ran: Ran, _: MixedJobs) -> None:
    listed = data_of(ran)["entries"]
    assert listed
    assert all(entry.keys() >= _FIELDS for entry in listed)


def begun_by_http(ran: Ran, jobs: MixedJobs) -> None:
    begun = data_of(ran)
    assert begun["round"] == jobs.stack.get(f"/api/ai/jobs/{begun['jobId']}")["round"] == 2


def with_another_model(ran: Ran, jobs: MixedJobs) -> None:
    second_round(ran, jobs)
    (job,) = ids_in(ran.output, "job")
    assert jobs.stack.get(f"/api/ai/jobs/{job}")["route"] == ["sandbox:template"]
    jobs.stack.until_status(job, "completed")


def with_a_higher_cap(ran: Ran, jobs: MixedJobs) -> None:
    second_round(ran, jobs)
    (job,) = ids_in(ran.output, "job")
    assert jobs.stack.until_status(job, "completed")["maxCostUsd"] == 0.5


def discarded(ran: Ran, jobs: MixedJobs) -> None:
    (letter,) = set(letters_in(ran.output))
    held = jobs.stack.get(f"/api/ai/dlq/{letter}")
    assert (held["status"], held["reason"]) == ("discarded", "the brief was a test")


def unavailable_counted(ran: Ran, jobs: MixedJobs) -> None:
    left = FAILED["SERVICE_UNAVAILABLE"] - _UNAVAILABLE_BEFORE
    assert amount(ran, "Dead letters") == amount(ran, "Can be retried as they are") == left
    assert re.search(r"^Retries cost\b", ran.output, re.MULTILINE)
    assert jobs.stack.get("/api/ai/dlq/stats")["byErrorType"]["SERVICE_UNAVAILABLE"] == left  # only counted


def none_unavailable(ran: Ran, jobs: MixedJobs) -> None:
    assert "completed" in field(ran, "Status")
    assert amount(ran, "Completed") == amount(ran, "Lines") == FAILED["SERVICE_UNAVAILABLE"] - _UNAVAILABLE_BEFORE
    assert "SERVICE_UNAVAILABLE" not in jobs.stack.get("/api/ai/dlq/stats")["byErrorType"]


def none_invalid(ran: Ran, jobs: MixedJobs) -> None:
    assert amount(ran, "Completed") == FAILED["VALIDATION_ERROR"]
    assert "VALIDATION_ERROR" not in jobs.stack.get("/api/ai/dlq/stats")["byErrorType"]


def counted(ran: Ran, jobs: MixedJobs) -> None:
    (error_type,) = re.findall(r"--error-type (\w+)", ran.command)
    held = jobs.stack.get(f"/api/ai/dlq?errorType={error_type}&limit=100")["entries"]
    assert amount(ran, "Dead letters") == len(held) > 0


def exported(ran: Ran, jobs: MixedJobs) -> None:
    held = export(ran)
    assert len(held) == jobs.stack.get("/api/ai/dlq/stats")["total"]
    assert {entry["canRetry"] for entry in held} == {True, False}
    assert all(entry.keys() >= _FIELDS for entry in held)


def length_of_export(ran: Ran, _: MixedJobs) -> None:
    assert int(ran.output) == len(export(ran))


def table_of_export(ran: Ran, _: MixedJobs) -> None:
    rows = list(csv.reader(ran.output.splitlines(), strict=True))
    names = ("dlqJobId", "errorType", "provider", "attempts", "spentUsd", "retryEstimateUsd")
    assert [row[:2] for row in rows] == [[entry[name] for name in names[:2]] for entry in export(ran)]
    assert {len(row) for row in rows} == {len(names)}


def each_retried(ran: Ran, jobs: MixedJobs) -> None:
    wanted = {entry["jobId"]: entry["round"] for entry in export(ran) if entry["canRetry"]}
    assert ran.output.count(" has begun.") == len(wanted) > 0
    rounds = {job: jobs.stack.get(f"/api/ai/jobs/{job}")["round"] for job in wanted}
    assert rounds == {job: number + 1 for job, number in wanted.items()}


def all_retried(ran: Ran, jobs: MixedJobs) -> None:
    path = f"/api/ai/batches/{only_id(ran.output, 'batch')}"
    soon(jobs, lambda: jobs.stack.get(path)["status"] == "completed")
    batch = jobs.stack.get(path)
    assert (batch["kind"], batch["perSecond"]) == ("retry", 50)
    assert batch["settled"] == batch["total"]


def export(ran: Ran) -> list[dict[str, Any]]:
    """Return the dead letters of the file that the guide exports them to."""
    return json.loads((ran.folder / "dlq-export.json").read_text("utf-8"))["data"]["entries"]


ANSWERS: Final[Answers] = {
    "pagewright dlq list": newest,
    "pagewright dlq list --limit=100 --error-type TIMEOUT": of_timeouts,
    "pagewright dlq list --cannot-retry": not_retryable,
    "pagewright dlq stats": statistics,
    'pagewright dlq stats | grep "byProvider"': by_provider,
    "pagewright dlq view DLQ_ID": viewed,
    "pagewright dlq retry DLQ_ID": second_round,
    "pagewright dlq retry DLQ_ID --model sandbox:template": with_another_model,
    "pagewright dlq retry DLQ_ID --max-cost 0.50": with_a_higher_cap,
    'pagewright dlq discard DLQ_ID --reason "the brief was a test" --yes': discarded,
    "pagewright dlq retry --error-type SERVICE_UNAVAILABLE --since 24h --dry-run": unavailable_counted,
    "pagewright dlq retry --error-type SERVICE_UNAVAILABLE --since 24h --per-second 5 --yes": none_unavailable,
    'pagewright dlq discard --error-type VALIDATION_ERROR --reason "briefs without facts" --yes': none_invalid,
    "pagewright dlq retry --error-type TIMEOUT --dry-run": counted,
    "pagewright dlq retry --error-type AUTH_ERROR --force --dry-run": counted,
    f'{AUTH}/api/ai/dlq"': entries,
    f'{AUTH}/api/ai/dlq/stats"': statistics_by_http,
    f'{POST}/api/ai/dlq/DLQ_ID/retry"': begun_by_http,
    f'{AUTH}/api/ai/dlq?limit=10000" > dlq-export.json': exported,
    "jq '.data.entries | length' dlq-export.json": length_of_export,
    "jq -r '.data.entries[] | [.dlqJobId, .errorType, .provider, .attempts, .spentUsd, .retryEstimateUsd] | @csv' "
    "dlq-export.json": table_of_export,
    "for jobId in $(cat dlq-export.json | jq -r '.data.entries[] | select(.canRetry == true) | .jobId'); do "
    "pagewright dlq retry $jobId done": each_retried,
    "pagewright dlq retry --all --per-second 50 --no-wait --yes": all_retried,
}

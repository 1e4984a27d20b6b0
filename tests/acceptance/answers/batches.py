"""What an operator sees of batches and of schedules."""

import re
from typing import Final

from tests.acceptance.answers.reading import Answers, Holds, field, ids_in, only_id, quiet, soon
from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.shell import Ran


def submitted(ran: Ran, jobs: MixedJobs) -> None:
    assert (field(ran, "Lines"), field(ran, "Completed")) == ("2", "2")
    assert "completed" in field(ran, "Status")
    assert jobs.stack.get(f"/api/ai/batches/{field(ran, 'Batch')}")["counts"]["completed"] == 2


def batches(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "batch")) >= 4  # the 200 jobs, bulk retry and discard, the two briefs
    assert {"submit", "retry", "discard"} <= set(ran.output.split())


def batch_comes_to(*statuses: str) -> Holds:
    """Return a check that the batch that is named comes to one of these statuses."""

    def holds(ran: Ran, jobs: MixedJobs) -> None:
        batch = only_id(ran.command, "batch")
        assert field(ran, "Batch") == batch
        soon(jobs, lambda: jobs.stack.get(f"/api/ai/batches/{batch}")["status"] in statuses)

    return holds


def batch_lines(ran: Ran, jobs: MixedJobs) -> None:
    batch_comes_to("completed")(ran, jobs)
    assert "No lines." in ran.output  # none failed, and none was refused


def scheduled(ran: Ran, jobs: MixedJobs) -> None:
    schedule = jobs.stack.get(f"/api/ai/schedules/{only_id(ran.output, 'sched')}")
    assert schedule["cron"] in ran.command
    assert (schedule["pageId"] or schedule["batchId"]) in ran.command


def schedules(ran: Ran, _: MixedJobs) -> None:
    assert len(ids_in(ran.output, "sched")) == 2
    assert "Europe/Madrid" in ran.output


def schedule_viewed(ran: Ran, _: MixedJobs) -> None:
    assert field(ran, "Schedule") == only_id(ran.command, "sched")
    assert re.search(r"^Next runs", ran.output, re.MULTILINE)


def schedule_paused(ran: Ran, jobs: MixedJobs) -> None:
    schedule = jobs.stack.get(f"/api/ai/schedules/{only_id(ran.output, 'sched')}")
    assert (schedule["paused"], schedule["note"]) == (True, "until prices are agreed")


def schedule_resumed(ran: Ran, jobs: MixedJobs) -> None:
    assert not jobs.stack.get(f"/api/ai/schedules/{only_id(ran.output, 'sched')}")["paused"]


def schedule_ran(ran: Ran, jobs: MixedJobs) -> None:
    path = f"/api/ai/schedules/{only_id(ran.output, 'sched')}"
    soon(jobs, lambda: jobs.stack.get(path)["lastRun"] is not None)
    assert jobs.stack.get(path)["lastRun"]["outcome"] == "started"


def schedule_deleted(ran: Ran, jobs: MixedJobs) -> None:
    schedule = only_id(ran.output, "sched")
    with jobs.stack.http() as http:
        assert http.get(f"/api/ai/schedules/{schedule}").status_code == 404


ANSWERS: Final[Answers] = {
    # batches
    'printf \'%s\\n\' \'{"brief": "A bakery in a small harbour town"}\' \'{"brief": "A bicycle workshop"}\' '
    "> briefs.jsonl": quiet,
    "pagewright jobs submit briefs.jsonl --per-second 2 --in-flight 10": submitted,
    "pagewright batches list": batches,
    "pagewright batches pause BATCH_ID": batch_comes_to("paused"),
    "pagewright batches resume BATCH_ID": batch_comes_to("active"),
    "pagewright batches cancel BATCH_ID --yes": batch_comes_to("cancelling", "cancelled"),
    "pagewright batches view BATCH_ID --lines failed --lines invalid": batch_lines,
    "pagewright batches watch BATCH_ID": batch_comes_to("completed"),
    # schedules
    'pagewright schedules create "Refresh the front page" --cron "0 6 * * mon" --timezone Europe/Madrid '
    "--page PAGE_ID": scheduled,
    'pagewright schedules create "Monthly campaign" --cron "0 3 1 * *" --jitter 300 --overlap skip '
    "--batch BATCH_ID": scheduled,
    "pagewright schedules list": schedules,
    "pagewright schedules view SCHEDULE_ID": schedule_viewed,
    'pagewright schedules pause SCHEDULE_ID --note "until prices are agreed"': schedule_paused,
    "pagewright schedules resume SCHEDULE_ID": schedule_resumed,
    "pagewright schedules trigger SCHEDULE_ID": schedule_ran,
    "pagewright schedules delete SCHEDULE_ID --yes": schedule_deleted,
}

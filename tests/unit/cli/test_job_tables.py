"""The timeline of a job's calls: what was asked when, how it ended, and how long the next try waited."""

from datetime import UTC, datetime, timedelta

from cli.client.answers import Call, Job
from cli.screen.table import as_cell
from cli.tables.job import calls, listing

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def call(step: str, number: int, since: float, until: float, status: str, round_: int = 1) -> Call:
    return Call.model_validate(
        {
            "round": round_,
            "step": step,
            "model": "openai:gpt-6-luna",
            "try": number,
            "request": 1,
            "status": status,
            "promptTokens": 100,
            "completionTokens": 20,
            "costUsd": "0.001",
            "latencyMs": round((until - since) * 1000),
            "errorType": "RATE_LIMIT" if status == "failed" else None,
            "startedAt": START + timedelta(seconds=since),
            "settledAt": START + timedelta(seconds=until),
        }
    )


def test_a_timeline_tells_model_error_delay_tokens_and_cost_of_each_attempt() -> None:
    job = Job(
        id="job_1",
        page_id="page_1",
        status="completed",
        started_at=START,
        calls=(
            call("outline", 1, 0.5, 2.5, "failed"),
            call("outline", 2, 4.0, 5.0, "succeeded"),
            call("section:0", 1, 5.1, 6.1, "succeeded"),
            call("outline", 1, 60, 61, "succeeded", round_=2),
        ),
    )
    table = calls(job)
    wanted = [column.title for column in table.columns]
    rows = [dict(zip(wanted, (as_cell(cell).text for cell in row), strict=True)) for row in table.rows]
    assert [row["At"] for row in rows] == ["0.5 s", "4.0 s", "5.1 s", "1 min 00 s"]
    assert [row["Waited"] for row in rows] == ["-", "1.5 s", "-", "-"]
    assert [row["Error"] for row in rows] == ["RATE_LIMIT", "-", "-", "-"]
    assert (rows[0]["Model"], rows[0]["In"], rows[0]["Out"]) == ("openai:gpt-6-luna", "100", "20")
    assert (rows[0]["Cost"], rows[0]["Try"], rows[1]["Try"]) == ("$0.001000", "1", "2")


def test_a_list_of_no_jobs_says_which_jobs_there_are_none_of() -> None:
    assert listing((), START, ["waiting", "active"]).empty == "No jobs are waiting or active."
    assert listing((), START).empty.startswith("No jobs. Make one with: ")

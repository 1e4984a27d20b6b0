"""Verbs that count and list jobs and dead letters, over real HTTP, with answers of the API's own types."""

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest

from api.examples import dead_letter as letter_examples
from api.examples import job as job_examples
from api.examples.job_history import JOB_HISTORY
from api.examples.job_metrics import JOB_METRICS
from cli.live import again
from cli.screen import render
from cli.verbs import dlq
from domain.model import Document
from tests.integration.cli.replay import Replay

METRICS = "GET /api/ai/jobs/metrics?hours=24"
HISTORY = "GET /api/ai/jobs/history?status=failed&provider=openai&user=owner&errorType=TIMEOUT&limit=50"
STATS = "GET /api/ai/dlq/stats"
LETTERS = "GET /api/ai/dlq?status=open&errorType=RATE_LIMIT&provider=openai&canRetry=true&limit=100"
JOB = "job_01K3V8Z4M0E9C7B2Q5T1R6W8XY"
DELETE = f"DELETE /api/ai/jobs/{JOB}"


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


def answer(body: Document) -> dict[str, Any]:
    return {"status": 200, "type": "application/json", "body": json.loads(body.model_dump_json())}


@pytest.fixture(autouse=True)
def reports(api: Replay) -> None:
    """Answer what is asked about jobs and dead letters."""
    api.answers |= {
        METRICS: answer(JOB_METRICS),
        HISTORY: answer(JOB_HISTORY),
        STATS: answer(letter_examples.LETTER_STATISTICS),
        LETTERS: answer(letter_examples.DEAD_LETTERS),
        DELETE: {"status": 204, "type": "", "body": ""},
    }


def test_metrics_say_how_the_last_hours_went(pagewright: Pagewright) -> None:
    done = pagewright("jobs", "metrics")
    assert done.code == 0, done.err
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "The last 24 hours" in lines
    assert "Success rate 95 %" in lines
    assert "Processing time p95 14.1 s" in lines
    assert "Retries 31 requests, 4 rounds" in lines
    assert "Validation pass rate 98.7 %" in lines
    assert "✓ completed 190" in lines
    assert "RATE_LIMIT 27 8" in lines
    assert json.loads(pagewright("jobs", "metrics", "--json").out)["successRate"] == 95.0


def test_history_passes_its_filters_on(pagewright: Pagewright) -> None:
    filters = ("--status=failed", "--provider=openai", "--user=owner", "--error-type=TIMEOUT")
    done = pagewright("jobs", "history", *filters)
    assert done.code == 0, done.err
    assert [JOB, "✓", "completed"] in [line.split()[:3] for line in done.out.splitlines()]
    assert json.loads(pagewright("jobs", "history", *filters, "--json").out)["jobs"][0]["id"] == JOB


def test_an_age_becomes_a_time(api: Replay, pagewright: Pagewright) -> None:
    pagewright("jobs", "history", "--since=2026-03-01", "--until", "2026-03-02T09:30Z")
    pagewright("dlq", "list", "--since=24h")
    asked = [parse_qs(urlsplit(request.line.split()[1]).query) for request in api.seen]
    assert asked[0]["since"] == ["2026-03-01T00:00:00+00:00"]
    assert asked[0]["until"] == ["2026-03-02T09:30:00+00:00"]
    assert asked[1]["since"][0].endswith("+00:00")
    refused = pagewright("dlq", "list", "--since=lately")
    assert (refused.code, len(api.seen)) == (2, 2)
    assert "'lately' is no time" in refused.err


def test_dead_letters_are_filtered(pagewright: Pagewright) -> None:
    done = pagewright("dlq", "list", "--error-type=RATE_LIMIT", "--provider=openai", "--can-retry", "--limit=100")
    assert done.code == 0, done.err
    assert done.out.splitlines()[1].startswith(f"dlq_{JOB}_1")


def test_a_dead_letter_is_shown_with_its_place_in_temporals_web_ui(api: Replay, pagewright: Pagewright) -> None:
    api.answers[f"GET /api/ai/dlq/{JOB}"] = answer(letter_examples.DEAD_LETTER)
    shown = pagewright("dlq", "view", JOB).out
    assert f"http://127.0.0.1:8233/namespaces/default/workflows/dlq_{JOB}_1" in shown


def test_off_a_terminal_the_counts_of_dead_letters_are_found_by_their_names(pagewright: Pagewright) -> None:
    lines = pagewright("dlq", "stats").out.splitlines()
    [found] = [line for line in lines if "byProvider" in line]
    assert found == 'byProvider: {"openai": 9, "unknown": 1}'
    assert "total: 10" in lines
    assert json.loads(pagewright("dlq", "stats", "--json").out)["byErrorType"] == {"RATE_LIMIT": 8, "AUTH_ERROR": 2}


def test_on_a_terminal_the_counts_of_dead_letters_are_tables(
    pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (dlq, render):
        monkeypatch.setattr(module, "is_terminal", lambda: True)
    shown = [" ".join(line.split()) for line in pagewright("dlq", "stats").out.splitlines()]
    assert "Open dead letters 10" in shown
    assert "Retrying them costs up to $0.0650" in shown
    assert "By provider" in shown
    assert "openai:gpt-6-luna 9" in shown


def test_a_job_is_deleted_when_somebody_says_so(api: Replay, pagewright: Pagewright) -> None:
    refused = pagewright("jobs", "delete", JOB)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert api.of(DELETE) == []
    assert pagewright("jobs", "delete", JOB, "--yes").out == f"{JOB} is deleted.\n"
    assert len(api.of(DELETE)) == 1


def test_a_watched_list_is_shown_anew_until_it_is_left(
    api: Replay, pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.answers["GET /api/ai/jobs?status=failed&limit=100"] = answer(job_examples.JOBS)
    asked = ("jobs", "list", "--status=failed", "--limit=100", "--watch")
    refused = pagewright(*asked)
    assert (refused.code, api.seen) == (1, [])
    assert "--watch needs a terminal" in refused.err

    def leave_after_the_second(_seconds: float) -> None:
        if len(api.seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(again, "is_terminal", lambda: True)
    monkeypatch.setattr("time.sleep", leave_after_the_second)
    done = pagewright(*asked)
    assert (done.code, done.out.count("Created")) == (0, 2)

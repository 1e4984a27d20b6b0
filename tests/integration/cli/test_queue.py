"""The verbs of queues, over real HTTP, with answers of the API's own types."""

import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from api.examples import housekeeping as housekeeping_examples
from api.examples import job_history as job_history_examples
from api.examples import queue as queue_examples
from domain.model import Document
from tests.integration.cli.replay import Replay

QUEUE = "/api/ai/queue"
LIST = f"GET {QUEUE}"
PAUSE = f"POST {QUEUE}/pause"
RESUME = f"POST {QUEUE}/resume"
LIMIT = f"PUT {QUEUE}/openai/limits"
CLEAR = f"DELETE {QUEUE}?status=failed&olderThan=7d"


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


def answer(body: Document, **changes: int) -> dict[str, Any]:
    plain = json.loads(body.model_dump_json())
    plain["data"] |= changes
    return {"status": 200, "type": "application/json", "body": plain}


@pytest.fixture(autouse=True)
def queues(api: Replay) -> None:
    """Answer what is asked about queues."""
    api.answers |= {
        LIST: answer(queue_examples.QUEUES),
        PAUSE: answer(queue_examples.PAUSED),
        RESUME: answer(queue_examples.RESUMED),
        LIMIT: answer(queue_examples.LIMITED),
        CLEAR: answer(housekeeping_examples.CLEARED, removed=3, left=0, held=2),
    }


def test_a_list_shows_each_queue_and_counts_the_jobs(pagewright: Pagewright) -> None:
    shown = pagewright("queue", "list").out.splitlines()
    assert [line.split()[0] for line in shown] == ["Queue", "pages", "llm-openai", "Your"]
    assert "‖ paused" in shown[2]
    assert "openai answers 503 since 9:20" in shown[2]
    assert shown[3] == "Your jobs: 49 waiting, 1 active, 0 delayed, 0 paused, 120 completed, 2 failed"


def test_a_pause_without_a_provider_or_a_reason_pauses_all_and_says_how(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("queue", "pause")
    assert (done.code, api.of(PAUSE)[0].body) == (
        0,
        {"reason": "paused with pagewright queue pause, no reason given"},
    )
    assert done.out == "llm-openai is paused: openai answers 503 since 9:20\n"


def test_a_pause_of_one_provider_carries_its_reason(api: Replay, pagewright: Pagewright) -> None:
    assert pagewright("queue", "pause", "--provider", "openai", "--reason", "503").code == 0
    assert api.of(PAUSE)[0].body == {"provider": "openai", "reason": "503"}


def test_a_resume_says_at_what_limit_the_queue_goes_on(api: Replay, pagewright: Pagewright) -> None:
    assert pagewright("queue", "resume").out == "llm-openai is not paused, limited to 5 calls/s\n"
    assert api.of(RESUME)[0].body == {}


@pytest.mark.parametrize(("said", "sent"), [("2.5", 2.5), ("--unset", None)])
def test_a_limit_is_set_and_taken_away(api: Replay, pagewright: Pagewright, said: str, sent: float | None) -> None:
    assert pagewright("queue", "limit", "openai", said).code == 0
    assert api.of(LIMIT)[0].body == {"callsPerSecond": sent}


@pytest.mark.parametrize("said", [(), ("5", "--unset")], ids=["neither", "both"])
def test_a_limit_is_one_thing_or_the_other(api: Replay, pagewright: Pagewright, said: tuple[str, ...]) -> None:
    assert pagewright("queue", "limit", "openai", *said).code == 1
    assert not api.seen


def test_a_lost_connection_while_a_limit_is_set_is_tried_again(api: Replay, pagewright: Pagewright) -> None:
    api.lost[LIMIT] = 1
    assert pagewright("queue", "limit", "openai", "5").code == 0
    assert len(api.of(LIMIT)) == 2


def test_clearing_asks_first_and_is_refused_where_there_is_nobody_to_ask(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("queue", "clear", "--status", "failed", "--older-than", "7d")
    assert (done.code, api.seen) == (1, [])
    assert "--yes" in done.err


@pytest.mark.parametrize(("said", "code"), [("y\n", 0), ("n\n", 1)])
def test_clearing_says_how_many_would_go_before_it_does(
    api: Replay, pagewright: Pagewright, said: str, code: int
) -> None:
    clear = f"DELETE {QUEUE}"
    api.answers[clear] = api.answers[CLEAR]
    done = pagewright("queue", "clear", typed=said)
    assert "Clear 122 completed and failed jobs? Those that a dead letter holds stay." in done.err
    assert (done.code, len(api.of(clear))) == (code, 1 - code)


def test_what_the_api_keeps_no_count_of_is_counted_in_its_list(api: Replay, pagewright: Pagewright) -> None:
    history = answer(job_history_examples.JOB_HISTORY)
    history["body"]["data"]["nextCursor"] = None
    api.answers["GET /api/ai/jobs/history?status=cancelled&limit=500"] = history
    done = pagewright("queue", "clear", "--status", "cancelled", typed="n\n")
    assert f"Clear {len(history['body']['data']['jobs'])} cancelled jobs? This" in done.err


def test_a_script_that_says_yes_to_all_is_not_asked(
    api: Replay, pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_ASSUME_YES", "true")
    assert pagewright("queue", "clear", "--status", "failed", "--older-than", "7d").code == 0
    assert len(api.of(CLEAR)) == 1


def test_clearing_says_what_is_gone_and_what_stays(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("queue", "clear", "--status", "failed", "--older-than", "7d", "--yes")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "3 jobs are cleared.",
        "2 failed ones stay: a dead letter holds them. See pagewright dlq list",
    ]
    assert len(api.of(CLEAR)) == 1


def test_generate_sends_the_priority_it_was_given(api: Replay, pagewright: Pagewright) -> None:
    assert pagewright("generate", "A bakery", "--priority", "high", "--no-wait").code == 0
    assert api.of("POST /api/ai/jobs")[0].body == {"brief": "A bakery", "priority": "high"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("list",), LIST),
        (("pause",), PAUSE),
        (("resume",), RESUME),
        (("limit", "openai", "5"), LIMIT),
        (("clear", "--status", "failed", "--older-than", "7d", "--yes"), CLEAR),
    ],
)
def test_json_is_the_apis_data(api: Replay, pagewright: Pagewright, arguments: tuple[str, ...], line: str) -> None:
    assert json.loads(pagewright("queue", *arguments, "--json").out) == api.data(line)

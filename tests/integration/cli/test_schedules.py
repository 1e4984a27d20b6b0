"""The verbs of schedules, over real HTTP, with answers of the API's own types."""

import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from api.examples import schedule as schedule_examples
from domain.model import Document
from tests.integration.cli.replay import Replay

SCHEDULES = "/api/ai/schedules"
NAME = "sched_01K3V8Z4M0E9C7B2Q5T1R6W8XY"
PAGE = "page_01K3V8Z4M0E9C7B2Q5T1R6W8XY"
CREATE = f"POST {SCHEDULES}"
VIEW = f"GET {SCHEDULES}/{NAME}"
DELETE = f"DELETE {SCHEDULES}/{NAME}"


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


def answer(body: Document, status: int = 200) -> dict[str, Any]:
    return {"status": status, "type": "application/json", "body": json.loads(body.model_dump_json())}


@pytest.fixture(autouse=True)
def schedules(api: Replay) -> None:
    """Answer what is asked about schedules."""
    api.answers |= {
        CREATE: answer(schedule_examples.SCHEDULE, 201),
        f"GET {SCHEDULES}?limit=20": answer(schedule_examples.SCHEDULES),
        VIEW: answer(schedule_examples.DETAIL),
        f"POST {SCHEDULES}/{NAME}/pause": answer(schedule_examples.PAUSED),
        f"POST {SCHEDULES}/{NAME}/resume": answer(schedule_examples.SCHEDULE),
        f"POST {SCHEDULES}/{NAME}/trigger": answer(schedule_examples.SCHEDULE, 202),
        DELETE: {"status": 204, "type": "text/plain", "body": ""},
    }


def test_create_sends_what_was_asked_for(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright(
        *("schedules", "create", "weekly offer", "--page", PAGE, "--cron", "0 6 * * mon"),
        *("--timezone", "Europe/Madrid", "--overlap", "buffer_one", "--jitter", "60", "--max-cost", "0.5"),
    )
    assert done.code == 0, done.err
    [asked] = api.of(CREATE)
    assert asked.body == {
        "name": "weekly offer",
        "pageId": PAGE,
        "cron": "0 6 * * mon",
        "timezone": "Europe/Madrid",
        "overlap": "buffer_one",
        "jitterSeconds": 60,
        "maxCostUsd": 0.5,
    }
    assert f"pagewright schedules view {NAME}" in done.out


@pytest.mark.parametrize("which", [(), ("--page", PAGE, "--batch", "batch_1")])
def test_create_wants_a_page_or_a_batch(api: Replay, pagewright: Pagewright, which: tuple[str, ...]) -> None:
    done = pagewright("schedules", "create", "offer", "--cron", "@daily", *which)
    assert done.code == 1
    assert "Give either --page or --batch." in done.err
    assert api.of(CREATE) == []


def test_list_and_view_tell_when_and_what_came_of_it(pagewright: Pagewright) -> None:
    listed = pagewright("schedules", "list")
    assert listed.code == 0, listed.err
    assert all(text in listed.out for text in (NAME, "weekly offer", "0 6 * * mon", "Europe/Madrid", PAGE))
    viewed = pagewright("schedules", "view", NAME)
    assert viewed.code == 0, viewed.err
    assert all(
        text in viewed.out
        for text in ("Next runs, Europe/Madrid time", "2026-03-", "Last run", "job_01K3V8Z4M0E9C7B2Q5T1R6W8XY")
    )
    for verb in (("list",), ("view", NAME)):
        assert "cron" in pagewright("schedules", *verb, "--json").out


def test_view_says_so_when_temporal_does_not_answer(api: Replay, pagewright: Pagewright) -> None:
    api.answers[VIEW]["body"]["data"]["standing"] = None
    done = pagewright("schedules", "view", NAME)
    assert done.code == 0
    assert "Next runs" not in done.out
    assert "Temporal does not answer" in done.err


def test_pause_resume_and_trigger_steer_it(api: Replay, pagewright: Pagewright) -> None:
    done = [
        pagewright("schedules", "pause", NAME, "--note", "closed in August"),
        pagewright("schedules", "resume", NAME),
        pagewright("schedules", "trigger", NAME),
    ]
    assert [it.out for it in done] == [f"{NAME} is paused.\n", f"{NAME} goes on.\n", f"{NAME} runs.\n"]
    [paused] = api.of(f"POST {SCHEDULES}/{NAME}/pause")
    assert paused.body == {"note": "closed in August"}


def test_delete_is_not_done_unasked(api: Replay, pagewright: Pagewright) -> None:
    refused = pagewright("schedules", "delete", NAME)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert api.of(DELETE) == []
    assert pagewright("schedules", "delete", NAME, "--yes").out == f"{NAME} is deleted.\n"
    assert len(api.of(DELETE)) == 1

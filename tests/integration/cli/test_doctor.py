"""`doctor` on a machine that has only an address and a token."""

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from api.examples import queue as queue_examples
from tests.integration.cli.replay import Replay

ME: Final = {"tenant": "orchard", "user": "ada", "scopes": ["jobs.read"], "tokenId": "tok_1", "expiresAt": None}


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


def told(body: object, status: int = 200) -> dict[str, Any]:
    return {"status": status, "type": "application/json", "body": body}


@pytest.fixture(autouse=True)
def whole(api: Replay) -> None:
    """Answer as an API does that is whole."""
    api.answers |= {
        "GET /api/health": told({"status": "ok", "version": version("pagewright")}),
        "GET /readyz": told({"status": "ready", "parts": []}),
        "GET /auth/me": told({"data": ME}),
        "GET /api/ai/queue": told({"data": {"queues": [], "jobs": {}}}),
    }


def findings(done: Done) -> dict[str, tuple[str, str, str]]:
    found = json.loads(done.out)["findings"]
    return {one["part"]: (one["health"], one["detail"], one["remedy"]) for one in found}


def test_an_api_elsewhere_is_checked_and_nothing_is_made_by_looking(pagewright: Pagewright, tmp_path: Path) -> None:
    done = pagewright("doctor", "--json")
    assert done.code == 0, done.out
    assert list(findings(done)) == ["Python", "API", "Version", "Token", "Queues"]
    assert findings(done)["Token"][1] == "ada of orchard may jobs.read"
    assert list(tmp_path.iterdir()) == []


def test_a_paused_queue_is_named_with_who_paused_it_why_and_what_resumes_it(
    api: Replay, pagewright: Pagewright
) -> None:
    api.answers["GET /api/ai/queue"] = told(json.loads(queue_examples.QUEUES.model_dump_json()))
    done = pagewright("doctor", "--json")
    health, detail, remedy = findings(done)["Queues"]
    assert (done.code, health) == (0, "note")
    assert detail.startswith("llm-openai paused ")
    assert "by owner: openai answers 503 since 9:20" in detail
    assert remedy == "`pagewright queue resume --provider openai`"


def test_a_token_that_is_refused_is_broken(
    pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", "another")
    done = pagewright("doctor", "--json")
    assert (done.code, findings(done)["Token"][0]) == (1, "broken")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "answer", "part", "health"),
    [
        ("GET /readyz", told({"status": "not_ready"}, 503), "API", "broken"),
        ("GET /api/health", told({"status": "ok", "version": "0.0.1"}), "Version", "note"),
        ("GET /api/health", told("<html>", 200), "API", "broken"),
        ("GET /api/ai/queue", told({"title": "Forbidden", "code": "missing_scope"}, 403), "Queues", "note"),
    ],
    ids=["not ready", "another version", "another server", "not shown"],
)
def test_what_is_not_as_it_should_be_is_told(
    api: Replay, pagewright: Pagewright, line: str, answer: dict[str, Any], part: str, health: str
) -> None:
    api.answers[line] = answer
    assert findings(pagewright("doctor", "--json"))[part][0] == health


def test_tokens_are_said_to_be_those_of_the_machine_with_the_database(pagewright: Pagewright) -> None:
    assert "PAGEWRIGHT_URL is not asked. Run it where the API runs." in pagewright("token", "list").err

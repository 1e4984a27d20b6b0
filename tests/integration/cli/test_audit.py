"""`pagewright audit`, over real HTTP."""

from collections.abc import Callable
from typing import Any

from tests.integration.cli.replay import Replay

RECORD = {
    "id": "audit_01K3V90Q2B6N8M4C1X7Z5A3D0F",
    "at": "2026-03-02T09:31:00Z",
    "user": "ops@example.com",
    "tokenId": None,
    "address": "192.0.2.10",
    "method": "POST",
    "route": "/api/ai/queue/pause",
    "target": None,
    "targets": {},
    "before": {"paused": False},
    "after": {"paused": True, "reason": "vendor\x1b[31m is down"},
    "status": 200,
}
FILTERED = "GET /api/audit?user=ops%40example.com&method=POST&limit=20"


def recorded(api: Replay, line: str, *records: dict[str, Any]) -> None:
    data = {"records": records, "nextCursor": "more"}
    api.answers[line] = {"status": 200, "type": "application/json", "body": {"data": data}}


def test_changes_are_listed_as_filtered_and_cannot_steer_the_terminal(
    api: Replay, pagewright: Callable[..., Any]
) -> None:
    recorded(api, FILTERED, RECORD)
    done = pagewright("audit", "list", "--user", "ops@example.com", "--method", "POST")
    assert done.code == 0, done.err
    assert "ops@example.com" in done.out
    assert "POST /api/ai/queue/pause" in done.out
    assert "paused: true, reason: vendor" in done.out
    assert "False" not in done.out
    assert "is down" in done.out
    assert "\x1b" not in done.out
    assert "--cursor more" in done.err


def test_times_are_sent_with_their_zone(api: Replay, pagewright: Callable[..., Any]) -> None:
    pagewright("audit", "list", "--since", "2026-03-02")
    pagewright("audit", "list", "--since", "1h")
    date, age = api.seen
    assert "since=2026-03-02T00%3A00%3A00%2B00%3A00" in date.line
    assert "%2B00%3A00" in age.line


def test_words_are_words_and_what_is_deeper_is_json(api: Replay, pagewright: Callable[..., Any]) -> None:
    after = {"statuses": ["completed", "failed"], "olderThan": None, "sandbox": {"paused": True}}
    recorded(api, "GET /api/audit?limit=20", RECORD | {"before": None, "after": after})
    assert 'statuses: completed, failed, sandbox: {"paused": true}' in pagewright("audit", "list").out


def test_scripts_get_the_api_s_own_data(api: Replay, pagewright: Callable[..., Any]) -> None:
    recorded(api, "GET /api/audit?limit=20", RECORD)
    done = pagewright("audit", "list", "--json")
    assert '"targets"' in done.out

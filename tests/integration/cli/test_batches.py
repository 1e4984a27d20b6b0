"""The verbs of what is done in bulk, over real HTTP, with answers of the API's own types."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from api.examples import batch as batch_examples
from api.examples import dead_letter as letter_examples
from domain.model import Document
from tests.integration.cli.replay import Replay

BATCH = batch_examples.BATCH.data.id
PATH = f"/api/ai/batches/{BATCH}"
SUBMIT = "POST /api/ai/jobs/batch"
VIEW = f"GET {PATH}"
RETRY = "POST /api/ai/dlq/retry"
DISCARD = "POST /api/ai/dlq/discard"
FINISHED = {"status": "completed", "settled": 200, "finishedAt": datetime(2026, 3, 2, 10, tzinfo=UTC).isoformat()}


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


def answer(body: Document, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    plain = json.loads(body.model_dump_json())
    plain["data"] |= changes or {}
    return {"status": 200, "type": "application/json", "body": plain}


@pytest.fixture(autouse=True)
def batches(api: Replay) -> None:
    """Answer what is asked about batches."""
    api.answers |= {
        SUBMIT: answer(batch_examples.RECEIVED),
        VIEW: answer(batch_examples.BATCH, FINISHED | {"counts": {"completed": 200}, "failures": {}}),
        "GET /api/ai/batches?limit=20": answer(batch_examples.BATCHES),
        f"GET {PATH}/items?status=invalid&status=failed&limit=200": answer(batch_examples.ITEMS),
        f"POST {PATH}/pause": answer(batch_examples.PAUSED),
        f"POST {PATH}/resume": answer(batch_examples.BATCH),
        f"POST {PATH}/cancel": answer(batch_examples.CANCELLING),
        RETRY: answer(batch_examples.SELECTION),
        DISCARD: answer(batch_examples.SELECTION),
    }


@pytest.fixture
def briefs(tmp_path: Path) -> str:
    """Return a file of one brief."""
    (tmp_path / "briefs.jsonl").write_text('{"brief": "Bread from Example Bay."}\n')
    return "briefs.jsonl"


def test_a_file_is_sent_and_followed_to_its_end(api: Replay, pagewright: Pagewright, briefs: str) -> None:
    api.lost[SUBMIT] = 1
    done = pagewright("jobs", "submit", briefs)
    assert done.code == 0, done.err
    first, again = api.of(SUBMIT)
    assert first.key == again.key, "what is sent again is the same batch"
    assert again.body == {"brief": "Bread from Example Bay."}
    assert f"pagewright batches watch {BATCH}" in done.err
    assert "Line 7: brief.prices.0.price: has to be text" in done.err
    assert done.out.splitlines()[0] == "200 of 200: completed, $0.4123"


def test_a_large_file_says_how_far_it_is(pagewright: Pagewright, briefs: str, tmp_path: Path) -> None:
    assert "Sent" not in pagewright("jobs", "submit", briefs, "--no-wait").err
    (tmp_path / "large.jsonl").write_text(json.dumps("b" * 2_500_000))
    told = pagewright("jobs", "submit", "large.jsonl", "--no-wait").err.splitlines()
    assert told[0].endswith(" of 2.5 MB.")
    assert "Sent 2.5 of 2.5 MB." in told
    assert "All is sent. The API is checking the lines." in told


def test_without_waiting_it_says_how_to_watch(pagewright: Pagewright, briefs: str) -> None:
    done = pagewright("jobs", "submit", briefs, "--no-wait")
    assert (done.code, done.out.splitlines()[-1]) == (0, f"Watch it with: pagewright batches watch {BATCH}")


def test_rate_and_bound_are_sent(api: Replay, pagewright: Pagewright, briefs: str) -> None:
    line = f"{SUBMIT}?perSecond=2.5&inFlight=4"
    api.instead[line] = SUBMIT
    assert pagewright("jobs", "submit", briefs, "--per-second", "2.5", "--in-flight", "4", "--no-wait").code == 0
    assert len(api.of(line)) == 1


def test_lines_come_from_stdin_too(api: Replay, pagewright: Pagewright) -> None:
    assert pagewright("jobs", "submit", "-", "--no-wait", stdin='"Bread"\n').code == 0
    assert api.of(SUBMIT)[0].body == "Bread"


def test_a_file_that_is_not_there_is_told(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("jobs", "submit", "nothing.jsonl")
    assert (done.code, api.seen) == (1, [])
    assert "nothing.jsonl" in done.err


def test_watching_survives_a_lost_connection(api: Replay, pagewright: Pagewright) -> None:
    api.lost[VIEW] = 2
    done = pagewright("batches", "watch", BATCH)
    assert done.code == 0, done.err
    assert "The connection is lost" in done.err


def test_a_batch_with_failed_lines_ends_with_1(api: Replay, pagewright: Pagewright) -> None:
    api.answers[VIEW] = answer(batch_examples.BATCH, FINISHED | {"counts": {"completed": 199, "failed": 1}})
    watched = pagewright("batches", "watch", BATCH)
    assert watched.code == 1
    assert "RATE_LIMIT" in watched.out, "it says which lines failed, and why"


def test_a_view_begins_with_the_lines_that_went_wrong_and_says_how_to_see_the_rest(
    api: Replay, pagewright: Pagewright
) -> None:
    """Of 10,000 lines a person needs the numbers of the bad ones, their reasons, and the way to the others."""
    items: list[dict[str, Any]] = [
        {"line": number, "status": "failed", "jobId": f"job_{number}", "errorType": "TIMEOUT",
         "errorMessage": f"reason {number}", "problems": [], "costUsd": 0}
        for number in range(1, 201)
    ]  # fmt: skip
    api.answers[VIEW] = answer(batch_examples.BATCH, FINISHED | {"counts": {"completed": 9_000, "failed": 1_000}})
    api.answers[f"GET {PATH}/items?status=invalid&status=failed&limit=200"] = answer(
        batch_examples.ITEMS, {"items": items, "nextCursor": "more"}
    )
    done = pagewright("batches", "view", BATCH)
    assert done.code == 0, done.err
    assert done.out.count("TIMEOUT: reason ") == 200
    assert f"pagewright batches view {BATCH} --lines invalid --lines failed --cursor more" in done.err
    api.answers[VIEW] = answer(batch_examples.BATCH, FINISHED | {"counts": {"completed": 200}})
    assert "Line" not in pagewright("batches", "view", BATCH).out.split("\n")[-2]


def test_a_list_and_a_view_show_progress_and_lines(pagewright: Pagewright) -> None:
    listed = pagewright("batches", "list").out.splitlines()
    assert "51 of 200" in listed[1]
    viewed = pagewright("batches", "view", BATCH, "--lines", "invalid", "--lines", "failed")
    assert "brief.prices.0.price: has to be text" in viewed.out, viewed.err
    assert "RATE_LIMIT" in viewed.out


def test_a_batch_is_steered(api: Replay, pagewright: Pagewright) -> None:
    assert "‖ paused" in pagewright("batches", "pause", BATCH).out
    assert pagewright("batches", "resume", BATCH).code == 0
    assert pagewright("batches", "cancel", BATCH).code == 1, "it asks first"
    assert pagewright("batches", "cancel", BATCH, "--running", "--yes").code == 0
    assert [seen.body for seen in api.of(f"POST {PATH}/cancel")] == [{"running": True}]


def test_a_dry_run_says_what_it_would_cost_and_does_nothing(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("dlq", "retry", "--error-type", "RATE_LIMIT", "--dry-run")
    assert done.code == 0, done.err
    assert "$2.31" in done.out
    assert [seen.body for seen in api.of(RETRY)] == [{"errorType": "RATE_LIMIT", "dryRun": True}]


def test_a_bulk_verb_asks_first(api: Replay, pagewright: Pagewright) -> None:
    for verb in (("retry",), ("discard", "--reason", "over")):
        done = pagewright("dlq", *verb, "--all")
        assert done.code == 1
        assert "--yes" in done.err
    assert all(seen.body["dryRun"] for seen in api.seen)


@pytest.mark.parametrize(("verb", "line"), [(("retry",), RETRY), (("discard", "--reason", "over"), DISCARD)])
def test_several_ids_are_a_batch_and_may_be_those_of_jobs(
    api: Replay, pagewright: Pagewright, verb: tuple[str, ...], line: str
) -> None:
    api.answers["GET /api/ai/dlq/job_2"] = answer(letter_examples.DEAD_LETTER, {"dlqJobId": "dlq_job_2_1"})
    done = pagewright("dlq", *verb, "dlq_job_1_1", "job_2", "--dry-run")
    assert done.code == 0, done.err
    (asked,) = api.of(line)
    assert asked.body["ids"] == ["dlq_job_1_1", "dlq_job_2_1"]


def test_a_dry_run_of_one_dead_letter_does_not_retry_it(api: Replay, pagewright: Pagewright) -> None:
    assert pagewright("dlq", "retry", "dlq_job_1_1", "--dry-run").code == 0
    assert [(seen.line, seen.body) for seen in api.seen] == [(RETRY, {"ids": ["dlq_job_1_1"], "dryRun": True})]


def test_it_is_one_dead_letter_or_a_filter(api: Replay, pagewright: Pagewright) -> None:
    for said in ((), ("dlq_job_1_1", "--all")):
        assert pagewright("dlq", "retry", *said).code == 1
    assert not api.seen

"""Every verb that talks to the API, over real HTTP, with what the API was recorded to answer."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Protocol

import pytest

from tests.integration.cli.replay import TOKEN, Replay
from tests.programs import command_line, start


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]

SUBMIT = "POST /api/ai/jobs"
FAILING = "POST /api/ai/jobs?failing"


@pytest.fixture
def job(api: Replay) -> str:
    return api.data(SUBMIT)["id"]


@pytest.fixture
def page(api: Replay) -> str:
    return api.data(SUBMIT)["pageId"]


@pytest.fixture
def failed(api: Replay) -> str:
    return api.data(FAILING)["id"]


def test_generate_shows_the_job_to_its_end_and_writes_the_page(
    api: Replay, pagewright: Pagewright, job: str, tmp_path: Path
) -> None:
    done = pagewright("generate", "A bakery", "--model", "sandbox:template", "--max-cost", "0.5", "--out", "made")
    assert done.code == 0, done.err
    [asked] = api.of(SUBMIT)
    assert asked.body == {"brief": "A bakery", "model": "sandbox:template", "maxCostUsd": 0.5}
    lines = done.out.splitlines()
    assert lines[:3] == [
        f"{job} is submitted",
        "round 1 starts: sandbox:template (not AI)",
        "outline: asking sandbox:template (not AI), try 1",
    ]
    assert f"{job} is completed" in lines
    assert any(line.startswith("Charged  ") for line in lines)
    [written] = tmp_path.glob("made/*/index.html")
    assert written.read_text().startswith("<!doctype html>")
    assert str(written.relative_to(tmp_path)) in done.err


@pytest.mark.parametrize("source", [("--file", "brief.md"), ("-",), ()], ids=["file", "stdin", "pipe"])
def test_a_brief_comes_from_a_file_or_stdin(
    api: Replay, pagewright: Pagewright, tmp_path: Path, source: tuple[str, ...]
) -> None:
    brief = "---\nname: Bäckerei\n---\nBrot.\n"
    (tmp_path / "brief.md").write_text(brief)
    done = pagewright("generate", *source, "--no-wait", "--language", "de", "--seed", "3", stdin=brief)
    assert done.code == 0, done.err
    assert api.of(SUBMIT)[0].body == {"brief": brief, "language": "de", "seed": 3}
    assert "Watch it with: pagewright jobs watch job_" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "A brief comes from one place"),
        (("text", "--file", "brief.md"), "A brief comes from one place"),
        (("--file", "missing.md"), "The brief missing.md cannot be read"),
        (("--file", "latin.md"), "The brief latin.md is not a text in UTF-8"),
        (("text", "--no-wait", "--out", "made"), "--no-wait does not wait for"),
        (("text", "--max-cost", "much"), "--max-cost is 'much'"),
    ],
)
def test_a_brief_that_cannot_be_sent_is_told_before_anything_is_asked(
    api: Replay, pagewright: Pagewright, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "latin.md").write_bytes("Bäckerei".encode("latin-1"))
    done = pagewright("generate", *arguments)
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert api.seen == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("-",), b"B\xe4ckerei", "The brief on stdin is not a text in UTF-8"),
        ((), b"B\xe4ckerei", "The brief on stdin is not a text in UTF-8"),
        (("B\udce4ckerei",), b"", "What was typed holds bytes that are no text in UTF-8"),
        ((), None, "A brief comes from one place"),
        ((), b" \n", "A brief comes from one place"),
    ],
    ids=["stdin", "pipe", "typed", "closed", "blank"],
)
def test_bytes_that_are_no_text_are_told_before_anything_is_asked(
    api: Replay, pagewright: Pagewright, arguments: tuple[str, ...], stdin: bytes | None, message: str
) -> None:
    done = pagewright("generate", *arguments, "--no-wait", stdin=stdin)
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert api.seen == []


def test_a_cap_below_the_estimate_is_warned_of(api: Replay, pagewright: Pagewright) -> None:
    estimate = {"basis": "heuristic", "samples": 0, "lowUsd": 0.01, "expectedUsd": 0.02, "highUsd": 0.05}
    api.data(SUBMIT).update(estimate=estimate, maxCostUsd=0.001)
    done = pagewright("generate", "A bakery", "--max-cost", "0.001", "--no-wait")
    assert "Its cap of $0.001000 is below that: it will hardly succeed." in done.err


def test_a_lost_submit_is_sent_again_under_its_key(api: Replay, pagewright: Pagewright) -> None:
    api.lost[SUBMIT] = 2
    assert pagewright("generate", "A bakery", "--no-wait").code == 0
    assert len(api.of(SUBMIT)) == 3
    assert len({request.key for request in api.of(SUBMIT)}) == 1


def test_a_refusal_names_the_field(api: Replay, pagewright: Pagewright) -> None:
    api.instead[SUBMIT] = "POST /api/ai/jobs?refused"
    done = pagewright("generate", "A bakery", "--no-wait")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Error: Unprocessable Entity: maxCostUsd: ")


def test_a_wrong_token_says_where_it_comes_from(pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", "wrong")
    done = pagewright("jobs", "list")
    assert done.code == 1
    assert "Set PAGEWRIGHT_TOKEN" in done.err


def test_nobody_at_the_address_asks_whether_the_stack_is_up(
    pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch, free_port: Callable[[], int]
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_URL", f"http://127.0.0.1:{free_port()}")
    done = pagewright("jobs", "list")
    assert done.code == 1
    assert "Is the stack up? Start it with: pagewright up" in done.err


def test_a_watcher_loses_its_connection_and_no_event(api: Replay, pagewright: Pagewright, job: str) -> None:
    whole = pagewright("jobs", "watch", job)
    assert whole.code == 0, whole.err
    api.seen.clear()
    api.cuts = [3, 4]
    cut = pagewright("jobs", "watch", job)
    assert cut.out == whole.out
    asked = [request.last_event_id for request in api.of(f"GET /api/ai/jobs/{job}/events")]
    assert asked[:3] == [None, "3", "7"]
    assert cut.err.count("The connection is lost") == 2


def test_watching_a_job_that_fails_ends_with_one_and_says_what_to_do(pagewright: Pagewright, failed: str) -> None:
    done = pagewright("jobs", "watch", failed)
    assert done.code == 1
    assert f"{failed} failed: " in done.out
    assert f"pagewright jobs retry {failed}" in done.out
    assert "round 2 starts" in done.out


def test_a_watched_job_leaves_its_json_alone_on_stdout(api: Replay, pagewright: Pagewright, job: str) -> None:
    done = pagewright("jobs", "watch", job, "--json")
    assert done.code == 0
    assert json.loads(done.out) == api.data(f"GET /api/ai/jobs/{job}")
    assert "is completed" in done.err


def test_ctrl_c_leaves_the_job_alone_and_says_how_to_attach_again(api: Replay, job: str) -> None:
    api.cuts, api.held = [3], Event()
    environment = os.environ | {"PAGEWRIGHT_URL": api.url, "PAGEWRIGHT_TOKEN": TOKEN}
    watching = start(*command_line("jobs", "watch", job), environment=environment)
    assert watching.stdout is not None
    assert watching.stdout.readline() == f"{job} is submitted\n"
    watching.send_signal(signal.SIGINT)
    _, told = watching.communicate(timeout=30)
    api.held.set()
    assert watching.returncode == 130
    assert f"Attach again with: pagewright jobs watch {job}" in told
    assert {request.line for request in api.seen} == {
        f"GET /api/ai/jobs/{job}",
        f"GET /api/ai/jobs/{job}/events",
    }


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("jobs", "list"), "GET /api/ai/jobs?limit=20"),
        (("jobs", "list", "--status", "failed", "--limit", "1"), "GET /api/ai/jobs?status=failed&limit=1"),
        (("jobs", "view", "{job}"), "GET /api/ai/jobs/{job}"),
        (("dlq", "list"), "GET /api/ai/dlq?status=open&limit=20"),
        (("dlq", "view", "{letter}"), "GET /api/ai/dlq/{letter}"),
        (("dlq", "retry", "{letter}", "--force"), "POST /api/ai/dlq/{letter}/retry"),
        (("dlq", "discard", "{letter2}", "--reason", "Not wanted.", "--yes"), "POST /api/ai/dlq/{letter2}/discard"),
        (("pages", "list"), "GET /api/pages?limit=20"),
        (("pages", "view", "{page}"), "GET /api/pages/{page}"),
        (("pages", "publish", "{page}"), "POST /api/pages/{page}/publish"),
    ],
)
def test_json_is_the_data_of_the_api(
    api: Replay, pagewright: Pagewright, arguments: tuple[str, ...], line: str
) -> None:
    names = {"job": api.data(SUBMIT)["id"], "page": api.data(SUBMIT)["pageId"]}
    names |= {"letter": f"dlq_{api.data(FAILING)['id']}_1", "letter2": f"dlq_{api.data(FAILING)['id']}_2"}
    done = pagewright(*(argument.format(**names) for argument in arguments), "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out) == api.data(line.format(**names))


def test_lists_are_aligned_text_off_a_terminal(api: Replay, pagewright: Pagewright, job: str, page: str) -> None:
    jobs = pagewright("jobs", "list").out.splitlines()
    assert jobs[0].split() == ["Job", "Status", "Cost", "Created", "Error", "Kind", "Model"]
    row = next(line for line in jobs if job in line)
    assert row.split()[1:4] == ["✓", "completed", "$0"]
    assert row.endswith("generate  sandbox (not AI)")
    letters = pagewright("dlq", "list").out.splitlines()
    assert len(letters) == 1 + len(api.data("GET /api/ai/dlq?status=open&limit=20")["entries"])
    pages = pagewright("pages", "list").out
    assert page in pages


def test_statuses_come_with_commas_and_a_wrong_one_is_refused_with_the_list(
    api: Replay, pagewright: Pagewright
) -> None:
    line = "GET /api/ai/jobs?status=failed&status=completed&limit=20"
    api.answers[line] = api.answers["GET /api/ai/jobs?limit=20"]
    assert pagewright("jobs", "list", "--status=failed,completed").code == 0
    wrong = pagewright("jobs", "list", "--status=failed,bogus")
    assert wrong.code == 2
    assert "'bogus' is none of: submitting, refused, waiting" in wrong.err
    assert len(api.seen) == 1


def test_a_longer_list_says_how_to_go_on(pagewright: Pagewright, api: Replay) -> None:
    api.answers["GET /api/ai/jobs?limit=20"]["body"]["data"]["nextCursor"] = "after-this"
    api.answers["GET /api/ai/jobs?limit=20&cursor=after-this"] = api.answers["GET /api/ai/jobs?limit=20"]
    assert "--cursor after-this" in pagewright("jobs", "list").err
    assert pagewright("jobs", "list", "--cursor", "after-this").code == 0


def test_a_job_is_shown_with_its_steps_its_calls_and_its_receipt(pagewright: Pagewright, job: str) -> None:
    lines = pagewright("jobs", "view", job).out.splitlines()
    assert "Steps of round 1" in lines
    assert "Timeline of calls" in lines
    assert any(line.startswith("Charged") for line in lines)


def test_a_wrong_state_is_told(pagewright: Pagewright, job: str) -> None:
    done = pagewright("jobs", "pause", job)
    assert done.code == 1
    assert "is completed and cannot be paused" in done.err


def test_an_unknown_job_is_told(pagewright: Pagewright) -> None:
    done = pagewright("jobs", "view", "job_00000000000000000000000000")
    assert (done.code, done.out) == (1, "")
    assert "there is no job job_00000000000000000000000000" in done.err


def test_an_id_that_is_an_address_goes_nowhere(api: Replay, pagewright: Pagewright) -> None:
    done = pagewright("pages", "delete", "../ai/jobs", "--yes")
    assert done.code == 2
    assert "is not an id" in done.err
    assert api.seen == []


def test_a_dead_letter_is_viewed_retried_and_discarded(api: Replay, pagewright: Pagewright, failed: str) -> None:
    first, second = f"dlq_{failed}_1", f"dlq_{failed}_2"
    assert "AUTH_ERROR" in pagewright("dlq", "view", first).out
    retried = pagewright("dlq", "retry", first, "--force", "--model", "sandbox:template")
    assert retried.out == f"Round 2 of {failed} has begun.\nWatch it with: pagewright jobs watch {failed}\n"
    begun = {"data": {**api.data(f"GET /api/ai/jobs/{failed}"), "round": 2}}
    api.answers[f"POST /api/ai/jobs/{failed}/retry"] = {"status": 202, "type": "application/json", "body": begun}
    by_job = pagewright("jobs", "retry", failed, "--force")
    assert by_job.out == retried.out, "the same was done"
    [asked] = api.of(f"POST /api/ai/dlq/{first}/retry")
    assert asked.body == {"model": "sandbox:template", "force": True}
    assert f"{second} is discarded." in pagewright("dlq", "discard", second, "--reason", "Not wanted.", "--yes").out
    assert api.of(f"POST /api/ai/dlq/{second}/discard")[0].body == {"reason": "Not wanted."}


def test_a_section_is_revised_on_the_current_version(api: Replay, pagewright: Pagewright, page: str) -> None:
    done = pagewright("pages", "revise", page, "--section", "1", "--instruction", "Shorter.")
    assert done.code == 0, done.err
    [asked] = api.of(f"POST /api/pages/{page}/revise")
    current = api.data(f"GET /api/pages/{page}")["currentVersion"]
    assert asked.body == {"section": 1, "instruction": "Shorter.", "baseVersion": current}
    assert len(asked.key or "") == 26
    assert "is completed" in done.out


def test_a_section_is_named_by_its_anchor_and_the_version_that_was_read(
    api: Replay, pagewright: Pagewright, page: str
) -> None:
    options = ("--section", "prices", "--instruction", "Shorter.", "--base-version", "1", "--no-wait")
    assert pagewright("pages", "revise", page, *options).code == 0
    assert [request.line for request in api.seen] == [f"POST /api/pages/{page}/revise"]
    assert api.seen[0].body == {"section": "prices", "instruction": "Shorter.", "baseVersion": 1}


def test_a_page_is_shown_with_the_sections_a_revision_names(pagewright: Pagewright, page: str) -> None:
    lines = pagewright("pages", "view", page).out.splitlines()
    start = lines.index("Sections of version 2")
    assert lines[start + 2].split()[:3] == ["0", "hero", "top"]
    assert "Versions" in lines


def test_a_page_is_published_exported_and_erased(
    api: Replay, pagewright: Pagewright, page: str, tmp_path: Path
) -> None:
    slug = api.data(f"GET /api/pages/{page}")["slug"]
    assert f"{api.url}/p/{slug}" in pagewright("pages", "publish", page).out
    api.answers[f"GET /api/pages/{page}/export.zip"]["body"] = "the bytes of a zip"
    assert pagewright("pages", "export", page).code == 0
    assert (tmp_path / f"{slug}.zip").read_text() == "the bytes of a zip"
    refused = pagewright("pages", "delete", page)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert api.of(f"DELETE /api/pages/{page}") == []
    assert pagewright("pages", "delete", page, "--yes").out == f"{page} is erased.\n"
    assert len(api.of(f"DELETE /api/pages/{page}")) == 1


def test_a_file_that_cannot_be_written_is_told(pagewright: Pagewright, page: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    done = pagewright("pages", "export", page, "--out", "taken/page.zip")
    assert done.code == 1
    assert "taken/page.zip cannot be written" in done.err

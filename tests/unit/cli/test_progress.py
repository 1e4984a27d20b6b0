from datetime import timedelta
from decimal import Decimal
from typing import Final, Protocol

import pytest
from pydantic import JsonValue

from cli.client.event import Event, PlannedSection
from cli.screen.progress import Progress

MODEL: Final = "openai:gpt-5-mini"
JOB: Final = "job_01JQZX0000000000000000000A"


class Tell(Protocol):
    def __call__(self, type_: str, **data: JsonValue) -> Event: ...


def call(step: str, try_number: int = 1, model: str = MODEL) -> dict[str, JsonValue]:
    return {"round": 1, "step": step, "model": model, "try": try_number, "request": 1}


def fold(*events: Event) -> Progress:
    progress = Progress(JOB)
    for event in events:
        progress = progress.apply(event)
    return progress


def outlined(tell: Tell) -> list[Event]:
    sections: list[JsonValue] = [
        {"step": "section:1", "type": "faq", "heading": "Questions"},
        {"step": "section:0", "type": "hero", "heading": "Fresh bread"},
    ]
    paid: dict[str, JsonValue] = {"promptTokens": 100, "completionTokens": 20, "costUsd": 0.002}
    return [
        tell("submitted"),
        tell("started", round=1, route=[MODEL], steps=["outline"]),
        tell("call.started", **call("outline")),
        tell("call.settled", **call("outline"), status="succeeded", **paid),
        tell("step.done", round=1, step="outline", model=MODEL, sections=sections),
    ]


def test_an_outline_brings_the_sections_in_the_order_of_the_page(tell: Tell) -> None:
    progress = fold(*outlined(tell))
    shown = [(step.name, step.type, step.heading, step.status) for step in progress.steps.values()]
    assert shown == [
        ("outline", None, None, "done"),
        ("section:0", "hero", "Fresh bread", "waiting"),
        ("section:1", "faq", "Questions", "waiting"),
    ]


def test_the_tenth_section_stands_after_the_second(tell: Tell) -> None:
    steps: list[JsonValue] = ["section:10", "section:2", "outline"]
    assert list(fold(tell("started", steps=steps)).steps) == ["outline", "section:2", "section:10"]


def test_a_step_counts_the_tokens_and_the_cost_of_all_its_calls(tell: Tell) -> None:
    progress = fold(
        *outlined(tell),
        tell("call.started", **call("section:0")),
        tell(
            "call.settled", **call("section:0"), status="invalid", promptTokens=50, completionTokens=5, costUsd=0.0010
        ),
        tell("call.started", **{**call("section:0"), "request": 2}),
        tell(
            "call.settled",
            **{**call("section:0"), "request": 2},
            status="succeeded",
            promptTokens=60,
            completionTokens=6,
            costUsd=0.0005,
        ),
    )
    step = progress.steps["section:0"]
    assert (step.calls, step.request, step.tokens, step.cost) == (2, 2, 121, Decimal("0.0015"))
    assert (progress.tokens, progress.cost) == (241, Decimal("0.0035"))


@pytest.mark.parametrize(
    ("status", "error", "is_unknown"),
    [
        ("failed", "RATE_LIMIT", False),
        ("failed", "TIMEOUT", True),
        ("lost", None, True),
        ("cancelled", None, True),
        ("succeeded", None, True),
    ],
)
def test_a_call_without_a_cost_is_unknown_where_the_vendor_may_bill_it(
    tell: Tell, status: str, error: str | None, *, is_unknown: bool
) -> None:
    settled = tell("call.settled", **call("outline"), status=status, errorType=error, costUsd=None)
    assert fold(settled).has_unknown_cost is is_unknown


def test_a_delayed_step_says_why_until_it_is_done(tell: Tell) -> None:
    failed = tell("call.settled", **call("outline"), status="failed", errorType="RATE_LIMIT", message="too many")
    delayed = fold(failed, tell("step.delayed", step="outline", errorType="RATE_LIMIT", message="too many"))
    step = delayed.steps["outline"]
    assert (step.status, step.error_type, step.message) == ("delayed", "RATE_LIMIT", "too many")
    done = delayed.apply(tell("step.done", step="outline", model=MODEL)).steps["outline"]
    assert (done.status, done.error_type, done.message) == ("done", None, None)


def test_a_step_is_timed_from_its_first_call_to_its_end(tell: Tell) -> None:
    events = [
        tell("call.started", **call("outline")),
        tell("call.settled", **call("outline"), status="failed", errorType="TIMEOUT"),
        tell("call.started", **call("outline", 2)),
    ]
    running = fold(*events).steps["outline"]
    assert running.time(events[-1].at) == timedelta(seconds=2)
    end = tell("step.done", step="outline")
    done = fold(*events, end).steps["outline"]
    assert done.time(end.at + timedelta(hours=1)) == timedelta(seconds=3)


def test_an_event_told_again_changes_nothing(tell: Tell) -> None:
    events = outlined(tell)
    once = fold(*events)
    assert once.apply(events[3]) == once
    assert fold(*events, *events) == once


def test_an_event_of_an_unheard_of_type_changes_nothing_but_its_number(tell: Tell) -> None:
    before = fold(*outlined(tell))
    after = before.apply(tell("painted", step="outline"))
    assert (after.seq, after.steps) == (before.seq + 1, before.steps)


def test_a_failed_round_names_its_dead_letter(tell: Tell) -> None:
    progress = fold(
        *outlined(tell),
        tell("step.failed", step="section:0", errorType="AUTH_ERROR", message="the key is refused"),
        tell("failed", round=1, deadLetterId=f"dlq_{JOB}_1", errorType="AUTH_ERROR", message="the key is refused"),
        tell("end", status="failed"),
    )
    assert (progress.status, progress.dead_letter_id) == ("failed", f"dlq_{JOB}_1")
    assert progress.steps["section:0"].status == "failed"


def test_the_next_round_opens_what_is_missing_and_keeps_the_rest(tell: Tell) -> None:
    progress = fold(
        *outlined(tell),
        tell("step.done", step="section:1", model=MODEL),
        tell("step.failed", step="section:0", errorType="AUTH_ERROR", message="no"),
        tell("failed", round=1, deadLetterId=f"dlq_{JOB}_1", errorType="AUTH_ERROR"),
        tell("end", status="failed"),
        tell("started", round=2, route=["google:gemini-3"], steps=["section:0"]),
    )
    assert (progress.status, progress.round, progress.route) == ("active", 2, ("google:gemini-3",))
    assert (progress.error_type, progress.dead_letter_id, progress.finished_at) == (None, None, None)
    opened = progress.steps["section:0"]
    assert (opened.status, opened.heading, opened.error_type) == ("waiting", "Fresh bread", None)
    assert progress.steps["section:1"].status == "done"


def test_a_cancelled_job_leaves_no_step_at_work(tell: Tell) -> None:
    progress = fold(*outlined(tell), tell("call.started", **call("section:0")), tell("cancelled", round=1))
    assert [step.status for step in progress.steps.values()] == ["done", "cancelled", "cancelled"]


def test_pause_and_resume_move_the_job(tell: Tell) -> None:
    paused = fold(*outlined(tell), tell("paused"))
    assert paused.status == "paused"
    assert paused.apply(tell("resumed")).status == "active"


def test_a_stored_version_names_the_page(tell: Tell) -> None:
    progress = fold(
        tell("version.stored", pageId="page_01", version=2, slug="fresh-bread", sha256="ab"), tell("completed", round=1)
    )
    assert (progress.page_id, progress.version, progress.slug) == ("page_01", 2, "fresh-bread")
    assert progress.status == "completed"


def test_names_of_sections_that_no_event_brings_come_from_the_job(tell: Tell) -> None:
    revised = Progress(JOB).named((PlannedSection(step="section:2", type="pricing", heading="Prices"),))
    step = revised.apply(tell("started", round=1, route=[MODEL], steps=["section:2"])).steps["section:2"]
    assert (step.type, step.heading) == ("pricing", "Prices")

from datetime import UTC, datetime
from typing import Final, Protocol

from pydantic import JsonValue

from cli.client.event import Event
from cli.screen.progress import Progress
from cli.screen.story import line, sheet
from cli.screen.table import as_cell

MODEL: Final = "anthropic:claude-haiku"
NOW: Final = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)


class Tell(Protocol):
    def __call__(self, type_: str, **data: JsonValue) -> Event: ...


def lines(*events: Event) -> list[str | None]:
    progress = Progress("job_1")
    told: list[str | None] = []
    for event in events:
        progress = progress.apply(event)
        told.append(line(event, progress))
    return told


def call(step: str, request: int = 1) -> dict[str, JsonValue]:
    return {"step": step, "model": MODEL, "try": 1, "request": request}


def test_a_page_is_told_in_one_line_a_change(tell: Tell) -> None:
    sections: list[JsonValue] = [{"step": "section:0", "type": "hero", "heading": "Fresh bread"}]
    assert lines(
        tell("submitted"),
        tell("started", round=1, route=["sandbox:template", MODEL], steps=["outline"]),
        tell("call.started", **call("outline")),
        tell(
            "call.settled",
            **call("outline"),
            status="succeeded",
            promptTokens=1200,
            completionTokens=34,
            costUsd=0.0125,
        ),
        tell("step.done", step="outline", model=MODEL, sections=sections),
        tell("call.started", **call("section:0", 2)),
        tell("version.stored", pageId="page_1", version=1, slug="fresh-bread"),
        tell("completed", round=1, version=1),
        tell("end", status="completed"),
    ) == [
        "job_1 is submitted",
        f"round 1 starts: sandbox:template (not AI), then {MODEL}",
        f"outline: asking {MODEL}, try 1",
        None,
        "outline: done, 1,234 tokens, $0.0125, 2.0 s",
        f"0 hero · Fresh bread: asking {MODEL} again, with what was wrong, try 1",
        "version 1 of page_1 is stored as fresh-bread",
        "job_1 is completed",
        None,
    ]


def test_a_failed_call_says_why_and_when_the_next_one_goes_out(tell: Tell) -> None:
    settled = tell(
        "call.settled",
        **call("outline"),
        status="failed",
        errorType="RATE_LIMIT",
        message="too many requests",
        retryInSeconds=1.25,
    )
    assert lines(settled) == ["outline: request failed: RATE_LIMIT: too many requests; next try in 1.2 s"]


def test_a_failed_step_and_a_failed_job_say_why(tell: Tell) -> None:
    assert lines(
        tell("step.failed", step="section:3", errorType="AUTH_ERROR", message="the key is refused"),
        tell("failed", round=1, deadLetterId="dlq_job_1_1", errorType="AUTH_ERROR", message="the key is refused"),
    ) == ["3: failed: AUTH_ERROR: the key is refused", "job_1 failed: AUTH_ERROR: the key is refused"]


def test_what_a_model_wrote_cannot_steer_the_terminal(tell: Tell) -> None:
    sections: list[JsonValue] = [{"step": "section:0", "type": "hero", "heading": "\x1b[2Jgone\u202e\r\nOK"}]
    _, asked = lines(
        tell("step.done", step="outline", sections=sections),
        tell("call.started", **call("section:0")),
    )
    assert asked == f"0 hero · [2Jgone OK: asking {MODEL}, try 1"


def test_a_sheet_has_a_row_a_step_and_the_reason_of_what_waits(tell: Tell) -> None:
    progress = Progress("job_1")
    for event in (
        tell("started", round=1, route=[MODEL], steps=["outline"]),
        tell("call.started", **call("outline")),
        tell("call.settled", **call("outline"), status="failed", errorType="TIMEOUT", message="no answer in 15 s"),
        tell("step.delayed", step="outline", errorType="TIMEOUT", message="no answer in 15 s"),
    ):
        progress = progress.apply(event)
    picture = sheet(progress, NOW)
    rows = [[as_cell(cell).text for cell in row] for row in picture.table.rows]
    assert rows == [["↻ delayed", "outline", MODEL, "1", "0", "$0?", "58.0 s"]]
    assert [cell.text for cell in picture.before] == [f"● job_1 active, round 1, {MODEL}"]
    assert [cell.text for cell in picture.after] == [
        "outline: TIMEOUT: no answer in 15 s",
        "0 of 1 steps, 0 tokens, $0 and unknown, 59.0 s",
    ]

"""What an earlier release started goes on under this one: every kept history replays."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.recording import HISTORIES
from worker import WORKFLOWS, workflow_runner

SHAPES = {
    "batch",
    "batch-cancelled",
    "batch-first-run",
    "cancel",
    "deadline",
    "dead-letter",
    "dead-letter-decided",
    "dead-letter-discarded",
    "dead-letter-retried",
    "fallback",
    "pause",
    "probe",
    "resume",
    "retry",
    "revise",
    "scheduled-run",
    "scheduled-run-cancelled",
    "scheduled-run-skipped",
    "success",
}
FILES = sorted(HISTORIES.glob("*/*.json"))


def replayer() -> Replayer:
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        data_converter=pydantic_data_converter,
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
async def test_a_kept_history_replays(file: Path) -> None:
    result = await replayer().replay_workflow(WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8")))
    assert result.replay_failure is None


def test_every_release_keeps_every_shape() -> None:
    releases = {file.parent for file in FILES}
    assert releases
    for release in releases:
        assert {file.stem for file in release.glob("*.json")} == SHAPES


async def test_a_history_of_other_steps_does_not_replay() -> None:
    document = json.loads((FILES[0].parent / "success.json").read_text(encoding="utf-8"))
    for event in document["events"]:
        scheduled = event.get("activityTaskScheduledEventAttributes")
        if scheduled is not None and scheduled["activityType"]["name"] == "write_outline":
            scheduled["activityType"]["name"] = "write_section"
    history = WorkflowHistory.from_json("success", json.dumps(document))
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history)

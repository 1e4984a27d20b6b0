"""Faults of ours: a round ends with them, a dead letter keeps what was paid for, and nothing tells what was in hand."""

from typing import Never

import pytest
from temporalio.client import WorkflowFailureError

from domain.errors import ErrorType
from domain.job import JobStatus
from tests.workflows.world import World

WORDS = "a word of the brief"


def broken(*_: object) -> Never:
    raise ValueError(WORDS)


@pytest.mark.parametrize(
    ("function", "finished"), [("activities.page.render", 3), ("activities.job.take_over", 0)], ids=["end", "beginning"]
)
async def test_a_fault_of_ours_ends_the_round_and_keeps_what_was_made(
    world: World, monkeypatch: pytest.MonkeyPatch, function: str, finished: int
) -> None:
    async with world.working():
        with monkeypatch.context() as patch:
            patch.setattr(function, broken)
            job = await world.submit()
            with pytest.raises(WorkflowFailureError):
                await world.result(job)
            row = await world.until_status(job, JobStatus.FAILED)
        assert (row.error_type, (await world.letter(job)).finished_sections) == (ErrorType.UNKNOWN, finished)
        history = await world.handle(job).fetch_history()
        assert WORDS not in history.to_json()
        requests = len(world.vendor.ledger.entries)
        await world.retry(job)
        await world.until_status(job, JobStatus.COMPLETED)
    assert len(world.vendor.ledger.entries) == max(requests, 4), "what was made is not made again"

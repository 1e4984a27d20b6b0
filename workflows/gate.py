"""The gate every step of a round passes before it starts: open, held by a pause, or shut for good."""

import asyncio
from datetime import timedelta

from temporalio import workflow


class Gate:
    """Holds the steps of one round back while its job is paused, and for good once the round is over.

    A cancel alone does not: an activity that ends before it learns of its cancel hands its result to a task that then
    knows of none.
    """

    def __init__(self) -> None:
        """Start open."""
        self._paused = False
        self._shut = False
        self._resumes = 0

    @property
    def is_paused(self) -> bool:
        """Whether the job is paused."""
        return self._paused

    def pause(self) -> None:
        """Hold steps back until `resume`."""
        self._paused = True

    def resume(self) -> None:
        """Let steps go on."""
        self._paused = False
        self._resumes += 1

    def shut(self) -> None:
        """Let no step start any more."""
        self._shut = True

    def refuse_when_shut(self) -> None:
        """Raise CancelledError once the round is over."""
        if self._shut:
            raise asyncio.CancelledError

    async def passed(self) -> int:
        """Wait while the job is paused; return a token of the passage. Raises CancelledError when the round is over."""
        await workflow.wait_condition(lambda: self._shut or not self._paused)
        self.refuse_when_shut()
        return self._resumes

    async def paused_within(self, limit: timedelta) -> bool:
        """Wait until the job is paused, or `limit` has passed; return whether it is paused.

        `wait_condition` with a timeout stands on `asyncio.wait_for`, which ends its timer a turn earlier since Python
        3.12: a workflow that began under 3.11 would not replay.
        """
        timer = asyncio.create_task(workflow.sleep(limit))
        pause = asyncio.create_task(workflow.wait_condition(lambda: self._paused))
        try:
            await workflow.wait([timer, pause], return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            pause.cancel()
        return self._paused

    def learn_of_pause(self, passage: int) -> None:
        """Hold steps back because one was held by its job's flag again and again: the signal got lost.

        `passage` is the token the step passed with. A resume since then wins: workflows are told of it before the flag
        is taken down.
        """
        self._paused = self._paused or passage == self._resumes

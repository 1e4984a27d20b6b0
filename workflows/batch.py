"""The batch workflow: hands the lines of a batch out, turn by turn, at a bounded pace, and reports at the end."""

from datetime import timedelta
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from domain.batch import BatchReport
    from workflows import contracts
    from workflows.storage import store

T = TypeVar("T")

_TURN: Final = timedelta(minutes=5)
"""A turn takes seconds; an activity that hangs is given up then."""
_HEARTBEAT: Final = timedelta(seconds=10)
_AGAIN: Final = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(seconds=8)


@workflow.defn(name=contracts.BATCH_WORKFLOW)
class BatchWorkflow:
    """Begins lines and looks for their ends. Its lines are rows, and their jobs are workflows of their own."""

    @workflow.init
    def __init__(self, batch: contracts.BatchInput) -> None:
        """Go on from where `batch` is."""
        self._batch = batch
        self._cursor = batch.cursor
        self._pace: str = ""
        self._paused = batch.paused
        self._cancelled = batch.cancelled
        self._has_given_up = False
        self._wait = _SHORTEST_WAIT
        self._turns = 0

    @workflow.run
    async def run(self, batch: contracts.BatchInput) -> BatchReport:
        """Hand out every line and wait for its end; return the report."""
        turn = await self._turn()
        while turn.waiting or turn.running:
            await self._until_next(turn)
            if self._turns >= batch.turns_per_run or workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._so_far())
            turn = await self._turn()
        return await store(contracts.CLOSE_BATCH, self._ref(), BatchReport)

    @workflow.signal(name=contracts.PAUSE_SIGNAL)
    def pause(self) -> None:
        """Begin no further line; those that run go on."""
        self._paused = True

    @workflow.signal(name=contracts.RESUME_SIGNAL)
    def resume(self) -> None:
        """Go on."""
        self._paused = False

    @workflow.signal(name=contracts.CANCEL_BATCH_SIGNAL)
    def cancel(self) -> None:
        """Begin no further line for good; what ends the lines that run is in the batch's row."""
        self._cancelled, self._has_given_up = True, False

    async def _turn(self) -> contracts.TurnResult:
        if self._must_give_up():
            self._has_given_up = True
            await _work(contracts.CANCEL_BATCH, self._ref(), contracts.Held)
        begins = not self._paused and not self._cancelled
        self._turns += 1
        turn_input = contracts.TurnInput(
            batch_id=self._batch.batch_id, cursor=self._cursor, begins=begins, pace=self._pace
        )
        turn = await _work(contracts.ADVANCE_BATCH, turn_input, contracts.TurnResult)
        self._cursor, self._pace = turn.cursor, turn.pace
        self._cancelled = self._cancelled or turn.cancelled
        return turn

    async def _until_next(self, turn: contracts.TurnResult) -> None:
        """Wait as long as it makes sense: not at all while lines go out, for a resume when nothing else can happen."""
        self._wait = _SHORTEST_WAIT if turn.changed else min(self._wait * 2, _LONGEST_WAIT)
        if self._paused and not self._cancelled and not turn.running:
            await workflow.wait_condition(lambda: not self._paused or self._must_give_up())
        elif not turn.is_full:
            was_paused = self._paused
            try:
                await workflow.wait_condition(
                    lambda: self._paused != was_paused or self._must_give_up(), timeout=self._wait
                )
            except TimeoutError:
                return

    def _must_give_up(self) -> bool:
        return self._cancelled and not self._has_given_up

    def _so_far(self) -> contracts.BatchInput:
        return self._batch.model_copy(
            update={"cursor": self._cursor, "paused": self._paused, "cancelled": self._cancelled}
        )

    def _ref(self) -> contracts.BatchRef:
        return contracts.BatchRef(batch_id=self._batch.batch_id)


async def _work(activity: str, argument: object, result: type[T]) -> T:
    """Run an activity that goes through many lines; one whose worker dies is taken up by the next worker."""
    return await workflow.execute_activity(
        activity,
        argument,
        result_type=result,
        start_to_close_timeout=_TURN,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_AGAIN,
    )

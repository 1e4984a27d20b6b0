"""What Temporal is told of a claimed line: the round to start, and the dead letter that is decided."""

from datetime import timedelta
from typing import Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.batch_claim import Claim, LetterEnd
from activities.workflow_input import started_with
from workflows import contracts
from workflows.start import start_page

_ANSWER: Final = timedelta(seconds=10)


class LineStarter:
    """Starts rounds and ends dead letters; told twice, each of them still happens once."""

    def __init__(self, client: Client) -> None:
        """Start in `client`'s namespace."""
        self._client = client

    async def start(self, claim: Claim, batch: str) -> bool:
        """Tell Temporal. False when the round before is still closing. Raises RPCError."""
        if claim.page is not None and not await self._start(claim.page, claim, batch):
            return False
        if claim.letter is not None:
            await self._end(claim.letter)
        return True

    async def _start(self, page: contracts.PageInput, claim: Claim, batch: str) -> bool:
        if claim.letter is not None and claim.letter.holds_more:
            page = await self._with_held(page, claim.letter)
        try:
            await start_page(
                self._client,
                page,
                conflict=WorkflowIDConflictPolicy.FAIL,
                by=f", line {claim.number} of {batch}",
                rpc_timeout=_ANSWER,
            )
        except WorkflowAlreadyStartedError:
            return await self._runs(page)
        return True

    async def _runs(self, page: contracts.PageInput) -> bool:
        """Whether what runs under the job's id is this round, and not the one before."""
        found = await self._client.get_workflow_handle(page.job_id).describe(rpc_timeout=_ANSWER)
        round_ = await found.memo_value(contracts.ROUND_MEMO, default=None, type_hint=int)
        return round_ == page.round and found.status is WorkflowExecutionStatus.RUNNING

    async def _with_held(self, page: contracts.PageInput, letter: LetterEnd) -> contracts.PageInput:
        """Return a round with everything its dead letter holds: the database was an older one for a while."""
        try:
            held = (await started_with(self._client, letter.name, contracts.DeadLetterInput)).page
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return page
        outline, sections = page.outline or held.outline, {**held.sections, **page.sections}
        return page.model_copy(update={"outline": outline, "sections": sections})

    async def _end(self, letter: LetterEnd) -> None:
        """End a dead letter's workflow; it may have ended already, or have been ended by somebody's hand."""
        handle, decided = self._client.get_workflow_handle(letter.name), contracts.Decided(status=letter.status)
        try:
            await handle.signal(contracts.DECIDED_SIGNAL, decided, rpc_timeout=_ANSWER)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

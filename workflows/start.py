"""How the workflow of a round is started from outside: the same from the API, from reconcile and from a batch."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows import contracts, search_attributes
from workflows.priority import of_batch, of_round


async def start_page(
    client: Client,
    page: contracts.PageInput,
    *,
    conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.USE_EXISTING,
    by: str = "",
    rpc_timeout: timedelta | None = None,
) -> None:
    """Start a round under its job's id; `by` is told in its summary.

    Raises RPCError, and WorkflowAlreadyStartedError where `conflict` says to fail.
    """
    await client.start_workflow(
        contracts.PAGE_WORKFLOW,
        page,
        id=page.job_id,
        task_queue=contracts.PAGES_QUEUE,
        id_conflict_policy=conflict,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        search_attributes=search_attributes.of_start(page),
        priority=of_round(page),
        memo={contracts.ROUND_MEMO: page.round},
        static_summary=f"{page.kind.value} {page.page_id}, round {page.round}{by}",
        rpc_timeout=rpc_timeout,
    )


async def start_batch(client: Client, batch: contracts.BatchInput, *, rpc_timeout: timedelta | None = None) -> None:
    """Start the workflow of a batch, or leave it alone when it runs. Raises RPCError."""
    await client.start_workflow(
        contracts.BATCH_WORKFLOW,
        batch,
        id=batch.batch_id,
        task_queue=contracts.PAGES_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=search_attributes.of_batch(batch),
        priority=of_batch(batch),
        rpc_timeout=rpc_timeout,
    )

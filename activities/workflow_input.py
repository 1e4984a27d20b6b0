"""What a workflow was started with, read from its history."""

from typing import TypeVar

from temporalio.client import Client

T = TypeVar("T")


async def started_with(client: Client, workflow_id: str, kind: type[T], run_id: str | None = None) -> T:
    """Return the input of a workflow's run, the newest one unless named. Raises RPCError NOT_FOUND."""
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    first = await anext(aiter(handle.fetch_history_events(page_size=1)))
    payloads = first.workflow_execution_started_event_attributes.input.payloads
    (found,) = await client.data_converter.decode(payloads, [kind])
    return found

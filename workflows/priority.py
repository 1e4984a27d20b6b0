"""Which of the waiting tasks Temporal hands out first: high before low, and tenants in turn.

Activities and child workflows inherit the priority of the workflow that starts them.
"""

from typing import Final

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from domain.job import JobPriority
    from workflows.contracts import BatchInput, PageInput

_KEYS: Final = {JobPriority.HIGH: 1, JobPriority.NORMAL: 3, JobPriority.LOW: 5}
"""Of the server's default of five levels (`matching.priorityLevels`), 1 the first to go."""


def of_batch(batch: BatchInput) -> Priority:
    """Return the priority of a batch's own turns: one at a time, and not behind the rounds that it has begun."""
    return Priority(priority_key=_KEYS[JobPriority.HIGH], fairness_key=batch.tenant)


def of_round(page: PageInput) -> Priority:
    """Return the priority of a round's tasks."""
    return Priority(priority_key=_KEYS[page.options.priority], fairness_key=page.tenant)

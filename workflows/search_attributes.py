"""Search attributes: what an operator can filter workflows by. Registered by the worker, upserted sparingly."""

from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from domain.errors import ErrorType
    from domain.job import JobStatus
    from domain.money import NanoUsd, usd
    from workflows.contracts import BatchInput, PageInput, StepFailure

JOB_STATUS: Final = SearchAttributeKey.for_keyword("JobStatus")
TENANT: Final = SearchAttributeKey.for_keyword("Tenant")
PROVIDER: Final = SearchAttributeKey.for_keyword("Provider")
"""Of the outcome."""
ERROR_TYPE: Final = SearchAttributeKey.for_keyword("ErrorType")
PAGE_ID: Final = SearchAttributeKey.for_keyword("PageId")
COST_USD: Final = SearchAttributeKey.for_float("CostUsd")

ALL: Final = (JOB_STATUS, TENANT, PROVIDER, ERROR_TYPE, PAGE_ID, COST_USD)


def of_start(page: PageInput) -> TypedSearchAttributes:
    """Return what a round carries when it starts."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(JOB_STATUS, JobStatus.ACTIVE.value),
            SearchAttributePair(TENANT, page.tenant),
            SearchAttributePair(PAGE_ID, page.page_id),
        ]
    )


def of_dead_letter(page: PageInput, failure: StepFailure, cost: NanoUsd) -> TypedSearchAttributes:
    """Return what a dead letter carries when it starts."""
    pairs: list[SearchAttributePair[str] | SearchAttributePair[float]] = [
        SearchAttributePair(JOB_STATUS, JobStatus.FAILED.value),
        SearchAttributePair(TENANT, page.tenant),
        SearchAttributePair(PAGE_ID, page.page_id),
        SearchAttributePair(ERROR_TYPE, failure.type.value),
        SearchAttributePair(COST_USD, float(usd(cost))),
    ]
    if failure.provider is not None:
        pairs.append(SearchAttributePair(PROVIDER, failure.provider))
    return TypedSearchAttributes(pairs)


def of_batch(batch: BatchInput) -> TypedSearchAttributes:
    """Return what a batch carries when it starts."""
    return TypedSearchAttributes([SearchAttributePair(TENANT, batch.tenant)])


def show_outcome(
    status: JobStatus, cost: NanoUsd, *, provider: str | None = None, error: ErrorType | None = None
) -> None:
    """Upsert what a round carries when it ends. Only inside a workflow."""
    updates: list[SearchAttributeUpdate[Any]] = [
        JOB_STATUS.value_set(status.value),
        COST_USD.value_set(float(usd(cost))),
    ]
    if provider is not None:
        updates.append(PROVIDER.value_set(provider))
    if error is not None:
        updates.append(ERROR_TYPE.value_set(error.value))
    workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType]  the SDK leaves a type open

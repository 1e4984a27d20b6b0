"""Which of the waiting pages go first, measured on the real server: high before low, and tenants in turn."""

from dataclasses import dataclass, replace
from typing import Final

import pytest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from domain.ids import JobId, TenantId
from domain.job import JobOptions, JobPriority, JobStatus
from domain.money import NANO, NanoUsd
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.queues import held, until_backlog
from tests.workflows.world import OPENAI, World, page_input
from workflows import contracts
from workflows.queues import ACTIVITIES

CROWD: Final = TenantId("crowd")
OTHER: Final = TenantId("other")

CALLS: Final = 4
"""Of a page: its outline and three sections."""
TURNS: Final = 5
"""Requests of another tenant that may go before each of one's own: one in turn, and those a worker holds already."""


async def submitted(
    world: World, tenant: TenantId, priority: JobPriority = JobPriority.NORMAL, *, tries: int = 3
) -> JobId:
    options = JobOptions(route=(OPENAI,), max_cost=NanoUsd(NANO), priority=priority, tries=tries)
    return await world.submit_input(page_input(tenant=tenant, options=options))


def one_at_a_time(world: World) -> World:
    """Return the world with a worker that makes one request at a time, so that their order can be seen."""
    return replace(world, settings=world.settings.model_copy(update={"calls_per_worker": 1}))


async def requests_of(world: World, jobs: list[JobId]) -> list[int]:
    """Return the numbers of the calls of some jobs, which are in the order of their beginning."""
    return [call.id or 0 for job in jobs for call in await world.calls(job)]


async def backlog_by_priority(world: World) -> dict[int, int]:
    described = await world.client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=world.client.namespace,
            task_queue=TaskQueue(name=contracts.llm_queue("openai")),
            task_queue_type=ACTIVITIES,
            report_stats=True,
        )
    )
    return {
        key: stats.approximate_backlog_count
        for key, stats in described.stats_by_priority_key.items()
        if stats.approximate_backlog_count
    }


@dataclass(frozen=True, slots=True)
class Order:
    """Numbers of requests by whose they are, in the order in which they went out."""

    crowd: list[int]
    other: list[int]
    high: list[int]
    low: list[int]


async def order_of_requests(world: World, crowd_size: int) -> Order:
    """A crowd waits already when one page of another tenant comes, and a high one of the crowd's.

    Tells of the moment when those two are done.
    """
    async with held(world, "openai"), world.working():
        low = await submitted(world, OTHER, JobPriority.LOW)
        crowd = [await submitted(world, CROWD) for _ in range(crowd_size)]
        await until_backlog(world, "openai", crowd_size + 1, seconds=150)
        other = await submitted(world, OTHER)
        await until_backlog(world, "openai", crowd_size + 2)
        high = await submitted(world, CROWD, JobPriority.HIGH)
        await until_backlog(world, "openai", crowd_size + 3)
        assert await backlog_by_priority(world) == {1: 1, 3: crowd_size + 1, 5: 1}
    async with world.working():
        await world.until_status(other, JobStatus.COMPLETED, seconds=100)
        await world.until_status(high, JobStatus.COMPLETED, seconds=100)
    pages = (crowd, [other], [high], [low])
    return Order(*[await requests_of(world, jobs) for jobs in pages])


def before(moment: int, numbers: list[int]) -> int:
    return sum(number < moment for number in numbers)


@pytest.mark.slow
async def test_a_tenant_with_many_waiting_pages_does_not_hold_back_another_and_high_goes_before_low(
    world: World,
) -> None:
    sent = await order_of_requests(one_at_a_time(world), 30)
    assert len(sent.other) == CALLS
    assert before(max(sent.other), sent.crowd) <= CALLS * TURNS
    assert before(min(sent.high), [*sent.crowd, *sent.other]) <= 1
    assert before(max(sent.high), sent.crowd) <= CALLS * TURNS
    assert sent.low == []


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_tenant_with_500_waiting_pages_does_not_hold_back_another(world: World) -> None:
    sent = await order_of_requests(one_at_a_time(world), 500)
    assert len(sent.other) == CALLS
    assert before(max(sent.other), sent.crowd) <= CALLS * TURNS
    assert before(max(sent.high), sent.crowd) <= CALLS * TURNS
    assert sent.low == []


async def test_a_retried_dead_letter_keeps_its_priority(world: World) -> None:
    world.vendor.next("outline", Act(behaviour=Behaviour.UNAVAILABLE))
    async with world.working():
        job = await submitted(world, OTHER, JobPriority.HIGH, tries=1)
        await world.until_status(job, JobStatus.FAILED)
        async with held(world, "openai"):
            await world.retry(job)
            await until_backlog(world, "openai", 1)
            assert await backlog_by_priority(world) == {1: 1}
            described = await world.handle(job).describe()
            priority = described.raw_description.workflow_execution_info.priority
            assert (priority.priority_key, priority.fairness_key) == (1, OTHER)
        await world.until_status(job, JobStatus.COMPLETED)
        assert (await world.job(job)).options.priority is JobPriority.HIGH

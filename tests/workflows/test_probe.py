"""Probes of providers: one tiny request each, a row and a count for it, and money within its caps."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict
from temporalio.client import ScheduleOverlapPolicy, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

import telemetry
from domain.call import CallStatus
from domain.errors import ErrorType
from domain.metric import Counter as CounterMetric
from domain.money import NANO, usd_ceiling
from domain.route import SANDBOX_MODEL, provider_of
from providers.catalogue import Catalogue
from storage.counter import value_of
from storage.probe import ProbeRow
from storage.spend import INSTALLATION, PROBES
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.wire import COMPLETION_TOKENS, PROMPT_TOKENS
from tests.workflows.queues import held
from tests.workflows.worker_process import killed_worker
from tests.workflows.world import ANTHROPIC, OPENAI, World
from worker import PROBE, keep_schedule
from workflows import contracts
from workflows.queues import ACTIVITIES, queue_state

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def loaded(world: World) -> None:
    """Load the vendors' SDKs as a worker does before it takes work: a probe that waited for that would be given up."""
    world.catalogue.load()


@asynccontextmanager
async def with_settings(world: World, **changes: object) -> AsyncGenerator[World]:
    """Yield the world with other settings, and models made by them."""
    settings = world.settings.model_copy(update=changes)
    catalogue = Catalogue(settings)
    yield replace(world, settings=settings, catalogue=catalogue)
    await catalogue.aclose()


async def begin(world: World) -> WorkflowHandle[object, contracts.ProbeTurn]:
    return await world.client.start_workflow(
        contracts.PROBE_WORKFLOW,
        id=f"probe-{uuid4()}",
        task_queue=contracts.PAGES_QUEUE,
        result_type=contracts.ProbeTurn,
        execution_timeout=timedelta(seconds=90),
    )


async def probe(world: World) -> dict[str, contracts.ProbeResult]:
    """Let one turn pass, and return what it saw, by provider."""
    turn = await (await begin(world)).result()
    return {provider_of(result.model): result for result in turn.results}


async def newest(world: World) -> Mapping[str, ProbeRow]:
    async with world.database.read() as uow:
        return await uow.probes.newest()


async def counted(world: World, metric: CounterMetric) -> dict[tuple[str, ...], float]:
    async with world.database.read() as uow:
        totals = await uow.counters.totals()
    return {values: value_of(metric, parts) for values, parts in totals.get(metric.name, {}).items()}


async def days(world: World) -> list[tuple[int, int]]:
    """Return what today cost and what is reserved of it: of the probes, and of the installation."""
    async with world.database.write() as uow:
        rows = [await uow.spend.lock(account, datetime.now(UTC).date()) for account in (PROBES, INSTALLATION)]
    return [(row.cost, row.reserved) for row in rows]


def refusals(lines: list[EventDict]) -> list[str]:
    return [line["model"] for line in lines if line["event"] == "provider not probed"]


async def test_a_turn_asks_each_providers_first_model_once_and_counts_what_it_cost(world: World) -> None:
    async with world.working():
        seen = await probe(world)
    assert {provider: result.is_up for provider, result in seen.items()} == dict.fromkeys(
        ("openai", "anthropic", "sandbox"), True
    )
    asked = [f"{entry.vendor}:{entry.model}" for entry in world.vendor.ledger.entries]
    assert sorted(asked) == [ANTHROPIC, OPENAI]
    assert {entry.tag for entry in world.vendor.ledger.entries} == {"probe"}
    rows = await newest(world)
    assert {row.full_model for row in rows.values()} == {OPENAI, ANTHROPIC, SANDBOX_MODEL}
    assert all(row.is_up and row.latency_ms is not None and row.settled_at is not None for row in rows.values())
    cost = sum(row.cost or 0 for row in rows.values())
    assert await days(world) == [(cost, 0)] * 2
    assert cost > 0
    calls = await counted(world, telemetry.CALLS)
    assert calls == dict.fromkeys([(provider_of(m), m, "succeeded") for m in (OPENAI, ANTHROPIC, SANDBOX_MODEL)], 1)
    tokens = await counted(world, telemetry.TOKENS)
    assert tokens["openai", OPENAI, "prompt"] == PROMPT_TOKENS
    assert tokens["anthropic", ANTHROPIC, "completion"] == COMPLETION_TOKENS
    assert sum((await counted(world, telemetry.COST)).values()) == pytest.approx(cost / NANO)


@pytest.mark.parametrize(
    ("behaviour", "type_"),
    [
        (Behaviour.SERVER_ERROR, ErrorType.PROVIDER_ERROR),
        (Behaviour.UNAUTHORIZED, ErrorType.AUTH_ERROR),
        (Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT),
        (Behaviour.HANG, ErrorType.TIMEOUT),
    ],
)
async def test_a_provider_that_does_not_answer_is_down_after_one_request_until_it_does(
    world: World, behaviour: Behaviour, type_: ErrorType
) -> None:
    world.vendor.next("gpt-6-luna", Act(behaviour=behaviour))
    async with with_settings(world, request_timeout=timedelta(seconds=1)) as impatient, impatient.working():
        with capture_logs() as lines:
            seen = await probe(impatient)
        down = (await newest(world))["openai"]
        back = await probe(impatient)
    assert (seen["openai"].is_up, seen["openai"].error_type, seen["anthropic"].is_up) == (False, type_, True)
    assert (down.is_up, down.error_type, down.status) == (False, type_, CallStatus.FAILED)
    assert [(line["model"], line["error_type"]) for line in lines if line["event"] == "probe failed"] == [
        (OPENAI, type_)
    ]
    assert back["openai"].is_up
    assert (await newest(world))["openai"].is_up
    assert Counter(entry.vendor for entry in world.vendor.ledger.entries) == {"openai": 2, "anthropic": 2}
    calls = await counted(world, telemetry.CALLS)
    assert (calls["openai", OPENAI, "failed"], calls["openai", OPENAI, "succeeded"]) == (1, 1)
    assert [reserved for _, reserved in await days(world)] == [0, 0]


async def test_a_provider_held_back_is_left_out_and_leaves_no_task_behind(world: World) -> None:
    async with world.working(), held(world, "openai"):
        seen = await probe(world)
        state = await queue_state(world.client, contracts.llm_queue("openai"), (ACTIVITIES,))
    assert set(seen) == {"anthropic", "sandbox"}
    assert state.backlog == 0
    assert "openai" not in await newest(world)
    assert [entry.vendor for entry in world.vendor.ledger.entries] == ["anthropic"]


@pytest.mark.slow
async def test_a_provider_nobody_works_for_says_nothing_and_keeps_no_other_from_being_seen(world: World) -> None:
    """The plan is made by a worker that knows a provider which no worker serves any more."""
    async with with_settings(world, models=(OPENAI,)) as other, other.working():
        plan = contracts.ProbePlan(
            probes=tuple(contracts.ProbeInput(model=model, request_seconds=5) for model in (OPENAI, ANTHROPIC))
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(other.catalogue, "providers", lambda: ("openai", "anthropic"))
            patch.setattr(other.catalogue, "names", lambda: tuple(probe.model for probe in plan.probes))
            seen = await probe(other)
    assert {provider: result.is_up for provider, result in seen.items()} == {"openai": True, "anthropic": None}
    assert set(await newest(world)) == {"openai"}


async def test_a_day_that_is_spent_makes_no_request_is_logged_once_and_leaves_the_status(world: World) -> None:
    bound = world.catalogue.get(OPENAI).probe_bound()
    assert bound is not None
    cap = usd_ceiling(bound)
    async with with_settings(world, models=(OPENAI,), probe_max_cost_per_day=cap) as tight, tight.working():
        with capture_logs() as lines:
            seen = [await probe(tight) for _ in range(3)]
    assert [turn["openai"].is_up for turn in seen] == [True, None, None]
    assert [turn["sandbox"].is_up for turn in seen] == [True, True, True]
    assert refusals(lines) == [OPENAI]
    assert len(world.vendor.ledger.entries) == 1
    assert (await newest(world))["openai"].is_up


async def test_probes_are_part_of_what_the_installation_may_spend(world: World) -> None:
    async with world.database.write() as uow:
        day = await uow.spend.lock(INSTALLATION, datetime.now(UTC).date())
        day.cost = 20 * NANO - 1
    async with world.working():
        seen = await probe(world)
    assert {provider: result.is_up for provider, result in seen.items()} == {
        "openai": None,
        "anthropic": None,
        "sandbox": True,
    }
    assert world.vendor.ledger.entries == ()
    assert await days(world) == [(0, 0), (20 * NANO - 1, 0)]


async def test_a_model_without_a_price_is_not_asked(world: World) -> None:
    vendors = world.settings.vendors.model_copy(update={"openai_compatible_base_url": world.vendor.openai_url})
    models = ("openai-compatible:llama-local",)
    async with with_settings(world, models=models, vendors=vendors) as unpriced, unpriced.working():
        with capture_logs() as lines:
            seen = [await probe(unpriced) for _ in range(2)]
    assert [turn["openai-compatible"].is_up for turn in seen] == [None, None]
    assert refusals(lines) == [*models]
    assert world.vendor.ledger.entries == ()
    assert set(await newest(world)) == {"sandbox"}


async def test_a_cap_of_nothing_asks_no_vendor(world: World) -> None:
    async with with_settings(world, probe_max_cost_per_day=Decimal(0)) as frugal, frugal.working():
        await probe(frugal)
    assert world.vendor.ledger.entries == ()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_worker_killed_in_mid_probe_costs_one_lost_row_and_the_status_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_REQUEST_TIMEOUT", "30")
    async with world.working():
        await probe(world)
    world.vendor.next("gpt-6-luna", Act(behaviour=Behaviour.HANG))

    async def hangs() -> None:
        await world.vendor.ledger.until(lambda entries: [e.vendor for e in entries].count("openai") == 2)

    def kill_in_mid_probe(loop: asyncio.AbstractEventLoop) -> None:
        with killed_worker(world):
            asyncio.run_coroutine_threadsafe(hangs(), loop).result()

    turn = await begin(world)
    await asyncio.to_thread(kill_in_mid_probe, asyncio.get_running_loop())
    async with world.working():
        seen = {provider_of(result.model): result.is_up for result in (await turn.result()).results}
        assert (seen["openai"], (await newest(world))["openai"].is_up) == (None, True)
        assert (await days(world))[0][1] > 0, "what may have been spent is held"
        assert (await probe(world))["openai"].is_up
    calls = await counted(world, telemetry.CALLS)
    assert (calls["openai", OPENAI, "lost"], calls["openai", OPENAI, "succeeded"]) == (1, 2)
    assert [entry.vendor for entry in world.vendor.ledger.entries].count("openai") == 3
    assert [reserved for _, reserved in await days(world)] == [0, 0]


async def test_a_worker_that_stops_in_mid_probe_writes_it_down_as_lost(world: World) -> None:
    world.vendor.next("gpt-6-luna", Act(behaviour=Behaviour.HANG))
    async with with_settings(world, models=(OPENAI,), shutdown_grace=timedelta(0)) as hasty, hasty.working():
        await begin(hasty)
        await world.vendor.ledger.until(lambda entries: len(entries) == 1)
    calls = await counted(world, telemetry.CALLS)
    assert calls["openai", OPENAI, "lost"] == 1
    assert "openai" not in await newest(world)
    assert [reserved for _, reserved in await days(world)] == [0, 0]


async def test_housekeeping_clears_old_probes_and_frees_what_a_dead_worker_held(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1, hours=1)
    async with world.database.write() as uow:
        for status in (CallStatus.FAILED, CallStatus.SUCCEEDED, CallStatus.OPEN):
            uow.probes.add(
                ProbeRow(provider="openai", model="gpt-6-luna", status=status, reserved=70, started_at=long_ago)
            )
        for account in (PROBES, INSTALLATION):
            (await uow.spend.lock(account, long_ago.date())).reserved = 70
    async with world.working():
        done = await world.client.execute_workflow(
            contracts.HOUSEKEEPING_WORKFLOW,
            id=f"housekeeping-{uuid4()}",
            task_queue=contracts.PAGES_QUEUE,
            result_type=contracts.Housekept,
        )
    assert done == contracts.Housekept(probes=2)
    assert (await newest(world))["openai"].is_up
    async with world.database.write() as uow:
        held_of = [(await uow.spend.lock(account, long_ago.date())).reserved for account in (PROBES, INSTALLATION)]
    assert held_of == [0, 0]
    assert await counted(world, telemetry.CALLS) == {("openai", OPENAI, "lost"): 1}


async def test_the_schedule_is_there_while_it_is_set_and_gone_when_it_is_not(world: World) -> None:
    await keep_schedule(world.client, HOUR, PROBE)
    handle = world.client.get_schedule_handle(contracts.PROBE_SCHEDULE)
    schedule = (await handle.describe()).schedule
    assert [interval.every for interval in schedule.spec.intervals] == [HOUR]
    async with world.working():
        await handle.trigger()

        async def is_seen() -> bool:
            return set(await newest(world)) == {"openai", "anthropic", "sandbox"}

        await world.until(is_seen)
    for _ in range(2):
        await keep_schedule(world.client, None, PROBE)
        with pytest.raises(RPCError) as gone:
            await handle.describe()
        assert gone.value.status is RPCStatusCode.NOT_FOUND


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_worker_probes_by_itself_where_that_is_set_and_the_next_one_ends_it_where_it_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = world.client.get_schedule_handle(contracts.PROBE_SCHEDULE)

    async def is_seen() -> bool:
        return set(await newest(world)) == {"openai", "anthropic", "sandbox"}

    def work_until_seen(loop: asyncio.AbstractEventLoop) -> None:
        with killed_worker(world):
            asyncio.run_coroutine_threadsafe(world.until(is_seen), loop).result()

    def start_once() -> None:
        with killed_worker(world):
            pass

    monkeypatch.setenv("PAGEWRIGHT_PROBE_EVERY", "10")
    await asyncio.to_thread(work_until_seen, asyncio.get_running_loop())
    assert (await handle.describe()).schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    monkeypatch.delenv("PAGEWRIGHT_PROBE_EVERY")
    await asyncio.to_thread(start_once)
    with pytest.raises(RPCError) as gone:
        await handle.describe()
    assert gone.value.status is RPCStatusCode.NOT_FOUND

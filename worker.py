"""The worker process: composition root of everything that runs on Temporal's queues."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import logs
import telemetry
import tracing
from activities.batch import BatchActivities
from activities.batch_line import RoundTimes
from activities.call import CallLedger
from activities.clock import system_clock
from activities.dead_letter import DeadLetterActivities
from activities.estimate import Estimator
from activities.forecast import Forecaster
from activities.housekeeping import HousekeepingActivities
from activities.job import JobActivities
from activities.log_context import LogContextInterceptor
from activities.page import PageActivities
from activities.probe import ProbeActivities
from activities.probe_ledger import DailyCaps, ProbeLedger
from activities.queue import QueueActivities
from activities.reconcile import ReconcileActivities, ReconcileSettings
from activities.schedule import ScheduleActivities
from activities.shaped_forecast import ShapedForecaster
from activities.step import StepActivities
from activities.unforeseen import UnforeseenErrors
from domain.money import nano_from_usd
from exporter import SdkMetrics, export
from providers.catalogue import Catalogue
from settings import Settings
from storage.database import Database
from workflows import contracts
from workflows.batch import BatchWorkflow
from workflows.client import connect, register_search_attributes
from workflows.dead_letter import DeadLetterWorkflow
from workflows.housekeeping import HousekeepingWorkflow
from workflows.key_file import key_ring
from workflows.page import PageWorkflow
from workflows.probe import ProbeWorkflow
from workflows.reconcile import ReconcileWorkflow
from workflows.schedule import ScheduledRunWorkflow

log = structlog.get_logger()

PASSED_THROUGH: Final = ("domain", "workflows.contracts", "pydantic", "pydantic_core", "annotated_types")
"""Modules the workflow sandbox does not import anew in every run: pure ones, whose import is most of a run's CPU."""

WORKFLOWS: Final = (
    PageWorkflow,
    DeadLetterWorkflow,
    BatchWorkflow,
    ScheduledRunWorkflow,
    ReconcileWorkflow,
    HousekeepingWorkflow,
    ProbeWorkflow,
)
"""Every workflow there is: what a worker runs, and what a history may be one of."""

_HEARTBEAT_THROTTLE: Final = timedelta(seconds=1)
"""A cancel is learnt from a heartbeat's answer: held back heartbeats would make it slow."""
_CONNECT_AGAIN: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Routine:
    """Work without input that is done again and again."""

    workflow: str
    schedule: str


RECONCILE: Final = Routine(contracts.RECONCILE_WORKFLOW, contracts.RECONCILE_SCHEDULE)
HOUSEKEEPING: Final = Routine(contracts.HOUSEKEEPING_WORKFLOW, contracts.HOUSEKEEPING_SCHEDULE)
PROBE: Final = Routine(contracts.PROBE_WORKFLOW, contracts.PROBE_SCHEDULE)


async def run(settings: Settings, ready_file: Path | None = None) -> None:
    """Work until SIGTERM or SIGINT; running calls then get the grace period. `ready_file` exists while polling.

    The database's schema has to be this code's. Raises CatalogueError when the settings name models it cannot reach,
    KeyFileError when the keys of payloads cannot be used, NoPortError when there is none for its metrics.
    """
    logs.configure(settings.log_level, traced=tracing.is_on())
    stop = _stop_signal()
    async with AsyncExitStack() as stack:
        traces = tracing.start(tracing.WORKER)
        if traces is not None:
            stack.push_async_callback(asyncio.to_thread, traces.shut_down)
        database = Database(settings.resolved_database_url)
        stack.push_async_callback(database.close)
        catalogue = Catalogue(settings, traces.of_models() if traces else None)
        stack.push_async_callback(catalogue.aclose)
        catalogue.load()
        connecting = partial(
            connect,
            key_ring(settings.encryption_keys, settings.resolved_encryption_keys_file),
            interceptors=() if traces is None else traces.interceptors(),
            runtime=stack.enter_context(_exporting(settings, database)),
        )
        client = await _connect(connecting, stop)
        if client is None:
            return
        await register_search_attributes(client)
        await keep_schedule(client, settings.reconcile_every)
        await keep_schedule(client, settings.housekeeping_every, HOUSEKEEPING)
        await keep_schedule(client, settings.probe_every, PROBE)
        workers = build_workers(client, database, catalogue, settings)
        for worker in workers:
            await stack.enter_async_context(worker)
        stack.enter_context(_marked(ready_file))
        log.info("worker polls", queues=[contracts.PAGES_QUEUE, *map(contracts.llm_queue, catalogue.providers())])
        await stop.wait()
        log.info("worker stops")
        await stop_together(workers)


def build_workers(client: Client, database: Database, catalogue: Catalogue, settings: Settings) -> Sequence[Worker]:
    """Return one worker for workflows, storage and rendering, and one for each provider's requests."""
    ledger = CallLedger(database, nano_from_usd(settings.max_cost_per_day), system_clock)
    steps = StepActivities(database, catalogue, ledger)
    caps = DailyCaps(nano_from_usd(settings.probe_max_cost_per_day), nano_from_usd(settings.max_cost_per_day))
    probes = ProbeActivities(database, catalogue, ProbeLedger(database, caps, system_clock))
    pages = _pages_worker(client, database, catalogue, ledger, probes, settings)
    return [pages, *(_llm_worker(client, steps, probes, provider, settings) for provider in catalogue.providers())]


async def stop_together(workers: Iterable[Worker]) -> None:
    """Stop workers at once: one after the other, each would have the grace period, and the last ones take new work."""
    await asyncio.gather(*(worker.shutdown() for worker in workers))


def workflow_runner() -> SandboxedWorkflowRunner:
    """Return the sandbox every workflow runs in."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def _pages_worker(
    client: Client,
    database: Database,
    catalogue: Catalogue,
    ledger: CallLedger,
    probes: ProbeActivities,
    settings: Settings,
) -> Worker:
    job = JobActivities(database, ledger, system_clock)
    page = PageActivities(database, system_clock)
    forecaster = ShapedForecaster(Forecaster(database, catalogue))
    letter = DeadLetterActivities(database, ledger, Estimator(catalogue, forecaster), system_clock)
    when = ReconcileSettings(settings.reconcile_grace, settings.job_deadline, catalogue.timeout, catalogue.providers())
    times = RoundTimes(settings.job_deadline, catalogue.timeout)
    batch = BatchActivities(client, database, system_clock, times, forecaster)
    schedule = ScheduleActivities(client, database, system_clock, times, forecaster)
    reconcile = ReconcileActivities(client, database, ledger, letter, system_clock, when)
    housekeeping = HousekeepingActivities(client, database, settings.dead_letter_retention, system_clock)
    return Worker(
        client,
        task_queue=contracts.PAGES_QUEUE,
        workflows=WORKFLOWS,
        activities=[
            job.begin_round,
            job.close_cancelled,
            job.count_cost,
            QueueActivities(database, system_clock).held_time,
            page.finish_page,
            letter.hold_dead_letter,
            letter.reopen_job,
            letter.discard_dead_letter,
            batch.advance_batch,
            batch.cancel_batch,
            batch.close_batch,
            schedule.begin_scheduled_run,
            schedule.await_scheduled_run,
            schedule.cancel_scheduled_run,
            reconcile.reconcile,
            housekeeping.housekeep,
            probes.plan_probes,
        ],
        workflow_runner=workflow_runner(),
        interceptors=[LogContextInterceptor(), UnforeseenErrors()],
        graceful_shutdown_timeout=settings.shutdown_grace,
        disable_eager_activity_execution=True,
    )


def _llm_worker(
    client: Client, steps: StepActivities, probes: ProbeActivities, provider: str, settings: Settings
) -> Worker:
    return Worker(
        client,
        task_queue=contracts.llm_queue(provider),
        activities=[steps.write_outline, steps.write_section, probes.probe],
        interceptors=[LogContextInterceptor(), UnforeseenErrors()],
        max_concurrent_activities=settings.calls_per_worker,
        max_task_queue_activities_per_second=settings.calls_per_second,
        max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        graceful_shutdown_timeout=settings.shutdown_grace,
    )


@contextmanager
def _exporting(settings: Settings, database: Database) -> Generator[Runtime]:
    """Answer Prometheus while the block runs; yield the runtime whose metrics are told too."""
    sdk, registry = SdkMetrics(), telemetry.new_registry()
    registry.register(sdk)
    telemetry.watch_pool(registry, in_use=database.connections_in_use, idle=database.connections_idle)
    exporter = export(registry, settings.worker_metrics_host, settings.worker_metrics_port)
    log.info("worker exports metrics", port=exporter.port)
    try:
        yield sdk.runtime
    finally:
        exporter.close()


async def _connect(connecting: Callable[[], Awaitable[Client]], stop: asyncio.Event) -> Client | None:
    """Return a client as soon as Temporal answers; None when the worker is told to stop before."""
    while not stop.is_set():
        try:
            return await connecting()
        except RuntimeError as error:
            log.warning("Temporal does not answer", reason=str(error)[:200])
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _CONNECT_AGAIN.total_seconds())
    return None


async def keep_schedule(client: Client, every: timedelta | None, routine: Routine = RECONCILE) -> None:
    """Create the schedule of a routine, or bring the one of an earlier start up to date; remove it without `every`."""
    if every is None:
        await _remove_schedule(client, routine)
        return
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(routine.workflow, id=routine.schedule, task_queue=contracts.PAGES_QUEUE),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        await client.create_schedule(routine.schedule, schedule)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(routine.schedule)
        await handle.update(lambda found: _updated(found, schedule))


async def _remove_schedule(client: Client, routine: Routine) -> None:
    try:
        await client.get_schedule_handle(routine.schedule).delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def _updated(found: ScheduleUpdateInput, schedule: Schedule) -> ScheduleUpdate:
    schedule.state = found.description.schedule.state
    return ScheduleUpdate(schedule=schedule)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextmanager
def _marked(ready_file: Path | None) -> Generator[None]:
    """Keep a file in place while the block runs."""
    if ready_file is None:
        yield
        return
    ready_file.touch()
    try:
        yield
    finally:
        ready_file.unlink(missing_ok=True)

"""/metrics: what was counted is the same from every process; what is away is left out, and nothing fails."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

import telemetry
from domain.call import CallStatus
from domain.errors import ErrorType
from settings import Settings
from storage.database import Database
from storage.probe import ProbeRow
from storage.schema import upgrade
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import OPENAI, Installation, serving, speaking
from tests.postgres_server import postgres_programs, running_postgres
from tests.programs import run
from tests.vendors.behaviour import Act, Behaviour

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]

SCRAPE_TIMEOUT = 9.5
"""Seconds; Prometheus waits for ten."""
_EACH_PROCESS = ("process_", "python_", "http_", "sse_clients", "db_connection_pool", "audit_records_lost")
_OF_THE_MOMENT = ("task_queue_", "ready")


def read(text: str) -> Samples:
    """Return every sample, and fail where one is told twice or a family comes in two pieces."""
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    samples = [sample for family in families for sample in family.samples]
    found = {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}
    assert len(found) == len(samples)
    return found


async def metrics(http: httpx.AsyncClient) -> Samples:
    answer = await http.get("/metrics", headers={"Authorization": ""})
    assert answer.status_code == 200
    return read(answer.text)


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def names(samples: Samples) -> set[str]:
    return {name for name, _ in samples}


def shared(samples: Samples) -> Samples:
    """Return what does not depend on which process answers, nor on the moment at which Temporal was asked."""
    return {key: number for key, number in samples.items() if not key[0].startswith(_EACH_PROCESS + _OF_THE_MOMENT)}


async def test_before_anything_happens_everything_is_told_as_0_and_the_pass_rate_is_not_told(
    installation: Installation,
) -> None:
    found = await metrics(installation.http)
    model = {"provider": "openai", "model": OPENAI}
    for status in ("success", "failed"):
        assert value(found, "ai_jobs_total", **model, status=status) == 0
    assert value(found, "ai_jobs_processing_duration_seconds_bucket", **model, le="300.0") == 0
    assert value(found, "page_duration_seconds_bucket", kind="generate", le="60.0") == 0
    assert value(found, "ai_llm_tokens_total", **model, type="completion") == 0
    for status in ("waiting", "active", "completed", "failed", "delayed"):
        assert value(found, "ai_queue_size", status=status) == 0
    for type_ in ErrorType:
        assert value(found, "ai_dead_letters", error_type=type_.value) == 0
    assert (value(found, "ai_daily_cost_usd"), value(found, "ai_daily_cost_limit_usd")) == (0, 20)
    assert "ai_jobs_validation_pass_rate" not in names(found)
    assert value(found, "task_queue_pollers", queue="llm-openai") == 0
    assert value(found, "ready", part="queue llm-openai") == 0


async def test_every_process_tells_the_same_of_what_happened(installation: Installation) -> None:
    installation.vendor.next("section:hero-0", Act(behaviour=Behaviour.WRONG_SCHEMA))
    installation.vendor.next("section:features-1", Act(behaviour=Behaviour.UNAVAILABLE))
    async with installation.working():
        await installation.finished()
        installation.vendor.next("outline", Act(behaviour=Behaviour.UNAUTHORIZED))
        await installation.until_status(await installation.submit(), "failed")
        await installation.until(lambda: _is_polled(installation.http))
        async with serving(installation.settings) as (url, _), speaking(url) as other:
            one, same = await metrics(installation.http), await metrics(other)
    assert shared(one) == shared(same)
    model = {"provider": "openai", "model": OPENAI}
    assert value(one, "ai_jobs_total", **model, status="success") == 1
    assert value(one, "ai_jobs_total", **model, status="failed") == 1
    assert value(one, "ai_jobs_retry_total", **model) == 1
    assert value(one, "ai_llm_calls_total", **model, outcome="invalid") == 1
    assert value(one, "ai_llm_calls_total", **model, outcome="failed") == 2
    assert value(one, "ai_dead_letters", error_type="AUTH_ERROR") == 1
    assert value(one, "ai_queue_size", status="completed") == value(one, "ai_queue_size", status="failed") == 1
    assert value(one, "ai_jobs_validation_pass_rate") == 80
    assert value(one, "ai_page_checks_failed_total", check="schema") == 1
    assert value(one, "ai_sections_total", type="hero", outcome="succeeded") == 1
    assert value(one, "page_duration_seconds_count", kind="generate") == 1
    assert value(one, "ai_jobs_processing_duration_seconds_count", **model) == 5
    cost = value(one, "ai_llm_cost_usd_total", **model)
    assert 0 < cost == pytest.approx(value(one, "ai_daily_cost_usd"))
    assert value(one, "ai_tenant_daily_cost_usd", tenant="owner") == pytest.approx(cost)
    assert value(one, "ready", part="queue llm-openai") == 1


async def _is_polled(http: httpx.AsyncClient) -> bool:
    found = await metrics(http)
    return value(found, "ready", part="queue llm-openai") == value(found, "ready", part="queue llm-sandbox") == 1


async def test_every_metric_is_told_with_the_labels_it_was_declared_with(installation: Installation) -> None:
    async with installation.working():
        await installation.finished()
    found = await metrics(installation.http)
    probes = {telemetry.PROVIDER_UP.name, telemetry.PROVIDER_PROBED.name}  # of probes, which are off
    for metric in telemetry.metrics():
        labels = {
            frozenset(name for name, _ in key[1]) - {"le"}
            for key in found
            if key[0].removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") == metric.name
        }
        assert labels == ({frozenset(metric.labels)} if metric.name not in probes else set()), metric.name


async def test_without_temporal_the_queues_are_left_out_and_the_missing_part_is_named(http: httpx.AsyncClient) -> None:
    found = await metrics(http)
    assert (value(found, "ready", part="database"), value(found, "ready", part="temporal")) == (1, 0)
    assert value(found, "ai_queue_size", status="waiting") == 0
    assert "task_queue_backlog" not in names(found)


async def test_without_a_database_the_process_still_tells_of_itself(
    settings: Settings, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_temporal(monkeypatch, nobody)
    elsewhere = settings.model_copy(update={"database_url": f"postgresql+asyncpg://nobody:x@{nobody}/none"})
    async with serving(elsewhere) as (url, _), speaking(url) as http:
        found = await metrics(http)
    assert value(found, "ready", part="database") == 0
    assert "process_resident_memory_bytes" in names(found)
    assert "ai_jobs_total" not in names(found)


@pytest.fixture
async def postgres(free_port: Callable[[], int]) -> AsyncGenerator[Database]:
    """A database of ours on a Postgres server of its own."""
    programs = postgres_programs()
    assert programs is not None
    with running_postgres(programs, free_port()) as server:
        database = Database(f"{server}/postgres")
        await upgrade(database)
        yield database
        await database.close()


def on(database: Database, settings: Settings) -> Settings:
    return settings.model_copy(update={"database_url": database.url.render_as_string()})


@pytest.mark.requires("postgres")
async def test_a_table_that_somebody_locks_holds_up_no_answer(
    settings: Settings, namespace: Client, postgres: Database
) -> None:
    assert namespace.namespace
    async with postgres.engine.begin() as other:
        await other.exec_driver_sql("LOCK TABLE queues IN ACCESS EXCLUSIVE MODE")
        async with serving(on(postgres, settings)) as (url, _), speaking(url) as http, asyncio.timeout(SCRAPE_TIMEOUT):
            found = await metrics(http)
    assert value(found, "ready", part="database") == value(found, "ready", part="temporal") == 1
    assert "task_queue_backlog" not in names(found)


@pytest.mark.requires("postgres")
async def test_connections_that_have_gone_silent_hold_up_no_answer(
    settings: Settings, nobody: str, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_temporal(monkeypatch, nobody)
    async with serving(on(postgres, settings)) as (url, _), speaking(url) as http:
        assert value(await metrics(http), "ready", part="database") == 1
        async with postgres.engine.connect() as other:
            backends = "SELECT pid FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()"
            pids: list[int] = [pid for (pid,) in await other.exec_driver_sql(backends)]
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(SCRAPE_TIMEOUT):
                found = await metrics(http)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    assert value(found, "ready", part="database") == 0
    assert "process_resident_memory_bytes" in names(found)


async def test_requests_are_counted_by_route_and_never_by_what_a_client_made_up(
    lone: httpx.AsyncClient, database: Database
) -> None:
    assert database.is_sqlite
    for path in ("/api/ai/jobs/job_1", "/api/ai/jobs/job_2", "/no/such/place"):
        assert (await lone.get(path)).status_code == 404
    assert (await lone.get("/api/ai/jobs", headers={"Authorization": ""})).status_code == 401
    await lone.request("MADEUP", "/healthz")
    await lone.head("/api/ai/jobs/job_1")
    found = await metrics(lone)
    assert value(found, "http_requests_total", method="GET", route="/api/ai/jobs/{job}", status="404") == 2
    assert value(found, "http_requests_total", method="GET", route="none", status="404") == 1
    assert value(found, "http_requests_total", method="HEAD", route="/api/ai/jobs/{job}", status="404") == 1
    labels = [dict(key[1]) for key in found if key[0] == "http_requests_total"]
    assert {each["method"] for each in labels} <= {"GET", "HEAD", "other"}
    assert any(each["status"] == "401" for each in labels)
    assert value(found, "http_request_duration_seconds_count", method="GET", route="/api/ai/jobs/{job}") == 2


async def test_an_open_stream_is_counted_and_does_not_lengthen_requests(installation: Installation) -> None:
    job = await installation.submit()
    route = "/api/ai/jobs/{job}/events"
    async with installation.http.stream("GET", f"/api/ai/jobs/{job}/events") as stream:
        assert stream.status_code == 200
        await anext(stream.aiter_lines())
        assert value(await metrics(installation.http), "sse_clients") == 1
        await asyncio.sleep(1.2)
    await installation.until(lambda: _is_closed(installation.http))
    found = await metrics(installation.http)
    assert value(found, "http_request_duration_seconds_count", method="GET", route=route) == 1
    assert value(found, "http_request_duration_seconds_sum", method="GET", route=route) < 1


async def _is_closed(http: httpx.AsyncClient) -> bool:
    return value(await metrics(http), "sse_clients") == 0


@pytest.mark.requires("prometheus")
async def test_prometheus_own_linter_has_nothing_to_say(installation: Installation) -> None:
    async with installation.working():
        await installation.finished()
    text = (await installation.http.get("/metrics")).text
    ours = {metric.name for metric in telemetry.metrics()}
    checked = await asyncio.to_thread(run, "promtool", "check", "metrics", given=text)
    complaints = [line for line in checked.stderr.splitlines() if line.partition(" ")[0] in ours]
    assert complaints == [], checked.stderr


async def test_a_probe_is_told_while_it_says_something_of_now(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_temporal(monkeypatch, nobody)
    now = datetime.now(UTC)
    async with database.write() as uow:
        uow.probes.add(_probe("openai", CallStatus.SUCCEEDED, now - timedelta(minutes=4)))
        uow.probes.add(_probe("google", CallStatus.FAILED, now - timedelta(minutes=14)))
        uow.probes.add(_probe("anthropic", CallStatus.SUCCEEDED, now - timedelta(minutes=16)))
    probing = settings.model_copy(update={"probe_every": timedelta(minutes=5)})
    assert await _up(probing) == {"openai": 1.0, "google": 0.0}
    assert await _up(settings) == {}


async def _up(settings: Settings) -> dict[str, float]:
    async with serving(settings) as (url, _), speaking(url) as http:
        found = await metrics(http)
    return {dict(key[1])["provider"]: number for key, number in found.items() if key[0] == "provider_up"}


def _probe(provider: str, status: CallStatus, at: datetime) -> ProbeRow:
    return ProbeRow(provider=provider, model="some-model", status=status, started_at=at, settled_at=at)

"""Installations of the API, each with a namespace of its own on the session's Temporal server."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from google.protobuf.duration_pb2 import Duration
from pydantic import SecretStr
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from ulid import ULID

from api.app import create_app
from settings import Settings, VendorSettings
from storage.database import Database
from storage.schema import upgrade
from tests.integration.api.installation import OPENAI, TOKEN, Installation, serving, speaking
from tests.vendors.server import FakeVendor
from workflows.client import connect, register_search_attributes
from workflows.encryption import KeyRing


@pytest.fixture
def nobody(free_port: Callable[[], int]) -> str:
    """Return an address nobody listens on."""
    return f"127.0.0.1:{free_port()}"


@pytest.fixture
async def black_hole() -> AsyncIterator[str]:
    """Address of something that takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []

    async def swallow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"{host}:{port}"
    for writer in writers:
        writer.close()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def namespace(temporal_server: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return a client of a new namespace, which is the one this process's environment names."""
    name = f"test-{ULID()}".lower()
    client = await Client.connect(temporal_server)
    retention = Duration(seconds=24 * 3600)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    )
    name_temporal(monkeypatch, temporal_server, name)
    client = await connect(KeyRing())
    await register_search_attributes(client)
    return client


def name_temporal(monkeypatch: pytest.MonkeyPatch, address: str, namespace: str = "default") -> None:
    """Let the environment name a Temporal."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", namespace)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    """Return a vendor that answers well until it is told otherwise."""
    async with FakeVendor() as vendor:
        yield vendor


@pytest.fixture
def settings(tmp_path: Path, vendor: FakeVendor) -> Settings:
    """Return settings with one vendor's model beside the sandbox."""
    return Settings(
        data_dir=tmp_path,
        token=SecretStr(TOKEN),
        models=(OPENAI,),
        vendors=VendorSettings(openai_api_key=SecretStr("sk-test-openai"), openai_base_url=vendor.openai_url),
    )


@pytest.fixture
async def database(settings: Settings) -> AsyncGenerator[Database]:
    """Return the installation's database, up to date."""
    database = Database(settings.resolved_database_url)
    await upgrade(database)
    yield database
    await database.close()


@pytest.fixture
async def installation(
    namespace: Client, settings: Settings, database: Database, vendor: FakeVendor
) -> AsyncGenerator[Installation]:
    """Return an installation whose API runs, and whose worker does not run yet."""
    async with serving(settings) as (url, _), speaking(url) as http:
        yield Installation(settings, database, namespace, vendor, http)


@pytest.fixture
async def http(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """Speak as the owner, over a real connection, to an API whose Temporal is away."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    async with serving(settings) as (url, _), speaking(url) as client:
        yield client


@pytest.fixture
async def lone(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    """Speak as the owner to an API whose Temporal is away: for what the database answers alone."""
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    app = create_app(settings)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost", headers=headers) as http,
    ):
        yield http

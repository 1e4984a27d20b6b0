"""An installation for tests: the API behind real HTTP, SQLite, a Temporal namespace and a vendor, all on loopback."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5

import httpx
from sqlalchemy import func, select, table
from temporalio.client import Client

from api.server import Server, server_of
from domain.ids import JobId
from domain.route import ModelName
from providers.catalogue import Catalogue
from settings import Settings
from storage.database import Database
from tests.vendors.server import FakeVendor
from worker import build_workers

OPENAI: Final[ModelName] = "openai:gpt-6-luna"
TOKEN: Final = uuid5(NAMESPACE_DNS, "owner.example").hex
BRIEF: Final[dict[str, Any]] = {
    "text": "Harbour Bakery bakes 12 kinds of sourdough bread in Example Bay.",
    "name": "Harbour Bakery",
    "offer": "Sourdough bread, baked overnight",
    "callToAction": "Order bread",
    "links": [{"label": "Order", "url": "https://order.example.com/"}],
    "contact": {"phone": "+1 555 0100", "email": "bread@example.com"},
    "prices": [{"item": "Country loaf", "price": "$ 6.50"}],
}
"""The fake vendor plans a hero, features and a text for it."""
_STEP_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Installation:
    """One database, one Temporal namespace and one vendor; `http` speaks to the API as the owner."""

    settings: Settings
    database: Database
    client: Client
    vendor: FakeVendor
    http: httpx.AsyncClient

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        """Run a worker while the block lasts."""
        catalogue = Catalogue(self.settings)
        workers = build_workers(self.client, self.database, catalogue, self.settings)
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            await asyncio.gather(*(worker.shutdown() for worker in workers))
            await asyncio.gather(*tasks)
            await catalogue.aclose()

    async def get(self, path: str, **query: str | int | list[str]) -> dict[str, Any]:
        """Return the data at a path."""
        response = await self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    async def post(self, path: str, body: Mapping[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        """Post a body, under an Idempotency-Key if one is given."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.http.post(path, json=body, headers=headers)

    async def submit(self, **options: object) -> JobId:
        """Submit BRIEF and return the job's id."""
        response = await self.post("/api/ai/jobs", {"brief": BRIEF, "route": [OPENAI], **options})
        assert response.status_code == 202, response.text
        return response.json()["data"]["id"]

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110  what it waits for is behind HTTP
                await asyncio.sleep(_STEP_SECONDS)

    async def until_status(self, job: str, *statuses: str) -> dict[str, Any]:
        """Wait until a job has one of some statuses, and return it."""
        await self.until(lambda: self._has_status(job, statuses))
        return await self.get(f"/api/ai/jobs/{job}")

    async def finished(self, **options: object) -> dict[str, Any]:
        """Submit BRIEF and return the completed job. Needs a worker."""
        return await self.until_status(await self.submit(**options), "completed")

    async def _has_status(self, job: str, statuses: tuple[str, ...]) -> bool:
        found = await self.get(f"/api/ai/jobs/{job}")
        return found["status"] in statuses


@asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[tuple[str, Server]]:
    """Serve the API on a free port while the block lasts; yield its base URL and the server."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = server_of(settings)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110  uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def speaking(url: str, token: str = TOKEN) -> AsyncGenerator[httpx.AsyncClient]:
    """Speak to an API as the owner."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=20) as http:
        yield http


async def row_counts(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    async with database.engine.connect() as connection:
        names = (await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        counts: dict[str, int] = {}
        for name in names.all():
            counted = select(func.count()).select_from(table(name))
            counts[name] = (await connection.execute(counted)).scalar_one()
        return counts

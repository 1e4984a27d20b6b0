"""A small whole: Temporal's dev server, SQLite, the worker's own workers and a vendor over real HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from ulid import ULID

from activities.job import restore_job
from domain.brief import Brief, Contact, Link, Price
from domain.event import Event
from domain.ids import OWNER_TENANT, OWNER_USER, DeadLetterId, JobId, PageId, dead_letter_id, job_id, page_id
from domain.job import JobKind, JobOptions, JobStatus
from domain.money import NANO, NanoUsd
from domain.revision import Revision
from domain.route import ModelName
from providers.catalogue import Catalogue
from settings import Settings, VendorSettings
from storage.call import CallRow
from storage.database import Database
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.page import PageRow, PageVersionRow
from storage.schema import upgrade
from storage.step import StepRow
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.server import FakeVendor
from worker import build_workers
from workflows import contracts
from workflows.start import start_page

OPENAI: Final[ModelName] = "openai:gpt-6-luna"
ANTHROPIC: Final[ModelName] = "anthropic:claude-haiku-5-5"

BRIEF: Final = Brief(
    text="Harbour Bakery bakes 12 kinds of sourdough bread in Example Bay.",
    name="Harbour Bakery",
    offer="Sourdough bread, baked overnight",
    call_to_action="Order bread",
    language="en",
    links=(Link(label="Order", url="https://order.example.com/"),),
    contact=Contact(phone="+1 555 0100", email="bread@example.com"),
    prices=(Price(item="Country loaf", price="$ 6.50"),),
)
"""The fake vendor plans a hero, features and a text for it."""


def page_input(**changes: object) -> contracts.PageInput:
    """Return the input of a new job for BRIEF."""
    usual = {
        "tenant": OWNER_TENANT,
        "owner": OWNER_USER,
        "page_id": page_id(str(ULID())),
        "job_id": job_id(str(ULID())),
        "brief": BRIEF,
        "language": "en",
        "options": JobOptions(route=(OPENAI,), max_cost=NanoUsd(NANO)),
        "deadline": timedelta(minutes=5),
    }
    return contracts.PageInput.model_validate(usual | changes)


@dataclass(frozen=True)
class World:
    """Everything a page needs, and what is left of it afterwards."""

    client: Client
    database: Database
    vendor: FakeVendor
    settings: Settings
    catalogue: Catalogue

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        """Run the worker's workers while the block lasts."""
        workers = build_workers(self.client, self.database, self.catalogue, self.settings)
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            await asyncio.gather(*(worker.shutdown() for worker in workers))
            await asyncio.gather(*tasks)

    async def submit(
        self,
        *,
        route: tuple[ModelName, ...] = (OPENAI,),
        tries: int = 3,
        max_cost: int = NANO,
        deadline: timedelta = timedelta(minutes=5),
        request_seconds: float = 5,
        start: bool = True,
    ) -> JobId:
        """Store a page and a job for BRIEF and start the job's workflow."""
        page = page_input(
            options=JobOptions(route=route, tries=tries, max_cost=NanoUsd(max_cost)),
            request_seconds=dict.fromkeys(route, request_seconds),
            deadline=deadline,
        )
        return await self.submit_input(page, start=start)

    async def submit_input(self, page: contracts.PageInput, *, start: bool = True) -> JobId:
        """Store the page and the job of an input, and start the job's workflow."""
        await self._store(page)
        if start:
            await self.start(page)
        return page.job_id

    async def revise(self, done: JobId, section: int, instruction: str) -> JobId:
        """Start a job that writes one section of a finished page again."""
        version = await self.version(done)
        revision = Revision(
            base_version=version.number,
            section=section,
            instruction=instruction,
            current=version.document.sections[section],
        )
        page = page_input(
            page_id=PageId(version.page_id),
            kind=JobKind.REVISE,
            revision=revision,
            outline=version.outline,
            sections={index: block for index, block in enumerate(version.document.sections) if index != section},
        )
        return await self.submit_input(page)

    async def start(self, page: contracts.PageInput) -> None:
        """Start the workflow of a round."""
        await start_page(self.client, page)

    async def result(self, job: JobId, seconds: float = 60) -> contracts.PageResult:
        """Wait for the end of a job's newest run. Raises WorkflowFailureError."""
        async with asyncio.timeout(seconds):
            return await self.handle(job).result()

    def handle(self, job: JobId) -> WorkflowHandle[Any, Any]:
        """Return the handle of a job's newest run."""
        return self.client.get_workflow_handle(job, result_type=contracts.PageResult)

    def letter_handle(self, job: JobId, round_: int = 1) -> Any:  # noqa: ANN401  the SDK leaves types of updates open
        """Return the handle of a dead letter, a WorkflowHandle."""
        return self.client.get_workflow_handle(dead_letter_id(job, round_))

    async def retry(self, job: JobId, round_: int = 1, **changes: object) -> contracts.RetryResult:
        """Retry a dead letter."""
        return await self.letter_handle(job, round_).execute_update(
            contracts.RETRY_UPDATE,
            contracts.RetryRequest.model_validate({"by": OWNER_USER, **changes}),
            result_type=contracts.RetryResult,
        )

    async def job(self, job: JobId) -> JobRow:
        """Return a job's row."""
        async with self.database.read() as uow:
            row = await uow.jobs.find(job)
        assert row is not None
        return row

    async def calls(self, job: JobId) -> list[CallRow]:
        """Return a job's calls, oldest first."""
        async with self.database.read() as uow:
            return await uow.calls.of_job(job)

    async def steps(self, job: JobId, round_: int = 1) -> list[StepRow]:
        """Return the steps of a round."""
        async with self.database.read() as uow:
            return await uow.steps.of_round(job, round_)

    async def events(self, job: JobId) -> list[Event]:
        """Return a job's events."""
        async with self.database.read() as uow:
            return await uow.events.after(job, 0)

    async def letter(self, job: JobId, round_: int = 1) -> DeadLetterRow:
        """Return the dead letter of a round."""
        async with self.database.read() as uow:
            row = await uow.dead_letters.find(DeadLetterId(dead_letter_id(job, round_)))
        assert row is not None
        return row

    async def page(self, job: JobId) -> PageRow:
        """Return the page of a job."""
        row = await self.job(job)
        async with self.database.read() as uow:
            page = await uow.pages.get(OWNER_TENANT, PageId(row.page_id))
        assert page is not None
        return page

    async def version(self, job: JobId) -> PageVersionRow:
        """Return the version a job made."""
        row = await self.job(job)
        assert row.version is not None
        async with self.database.read() as uow:
            version = await uow.pages.version(OWNER_TENANT, PageId(row.page_id), row.version)
        assert version is not None
        return version

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110  what it waits for is in a database
                await asyncio.sleep(0.05)

    async def until_status(self, job: JobId, status: JobStatus, seconds: float = 60) -> JobRow:
        """Wait until a job's row has a status, and return it."""

        async def holds() -> bool:
            return (await self.job(job)).status is status

        await self.until(holds, seconds)
        return await self.job(job)

    async def failed(self, step: str) -> JobId:
        """Submit a job whose round fails at a step, and return it once its dead letter is held. Needs a worker."""
        self.vendor.next(step, Act(behaviour=Behaviour.UNAVAILABLE))
        job = await self.submit(tries=1)
        with pytest.raises(WorkflowFailureError):
            await self.result(job)
        await self.until_status(job, JobStatus.FAILED)
        return job

    async def _store(self, page: contracts.PageInput) -> None:
        now = datetime.now(UTC)
        async with self.database.write() as uow:
            job = await restore_job(uow, page, now)
            assert await uow.pages.claim(page.page_id, JobId(job.id))


@asynccontextmanager
async def making_world(temporal: str, folder: Path) -> AsyncGenerator[World]:
    """Yield a world on the Temporal server at an address, its database in `folder`; its worker does not run yet."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'pagewright.db'}")
    await upgrade(database)
    async with FakeVendor() as vendor:
        settings = Settings(
            data_dir=folder,
            models=(OPENAI, ANTHROPIC),
            vendors=VendorSettings(
                openai_api_key=SecretStr("sk-test-openai"),
                openai_base_url=vendor.openai_url,
                anthropic_api_key=SecretStr("sk-test-anthropic"),
                anthropic_base_url=vendor.anthropic_url,
            ),
        )
        catalogue = Catalogue(settings)
        client = await Client.connect(temporal, data_converter=pydantic_data_converter, identity="tests")
        yield World(client, database, vendor, settings, catalogue)
        await catalogue.aclose()
    await database.close()

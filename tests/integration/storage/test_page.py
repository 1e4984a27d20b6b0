"""Pages: claims and slugs under concurrent writers."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from domain.ids import OWNER_TENANT, JobId, PageId, TenantId
from storage.database import Database
from storage.page import PageRow
from tests.integration.storage.rows import NOW, page_row

FIRST, SECOND = JobId("job_01HAAAAAAAAAAAAAAAAAAAAAAA"), JobId("job_01HBBBBBBBBBBBBBBBBBBBBBBB")


async def add(database: Database, *rows: PageRow) -> None:
    async with database.write() as uow:
        for row in rows:
            uow.pages.add(row)


async def test_one_of_two_jobs_gets_the_page(database: Database) -> None:
    page = page_row()
    await add(database, page)

    async def claim(job: JobId) -> bool:
        async with database.write() as uow:
            return await uow.pages.claim(PageId(page.id), job)

    assert sorted(await asyncio.gather(claim(FIRST), claim(SECOND))) == [False, True]


async def test_a_claim_is_released_by_its_own_job_only(database: Database) -> None:
    page = page_row(open_job=FIRST)
    await add(database, page)
    async with database.write() as uow:
        await uow.pages.release(PageId(page.id), SECOND)
        assert not await uow.pages.claim(PageId(page.id), SECOND)
        await uow.pages.release(PageId(page.id), FIRST)
        assert await uow.pages.claim(PageId(page.id), SECOND)


async def test_slugs_are_numbered_on_a_clash(database: Database) -> None:
    await add(database, page_row(slug="bakery"), page_row(slug="bakery-2"), page_row(slug="bakery-shop"))
    async with database.read() as uow:
        assert await uow.pages.free_slug("bakery") == "bakery-3"
        assert await uow.pages.free_slug("hotel") == "hotel"


async def test_a_long_slug_stays_within_its_limit_when_numbered(database: Database) -> None:
    long = "a" * 60
    await add(database, page_row(slug=long))
    async with database.read() as uow:
        free = await uow.pages.free_slug(long)
    assert free.endswith("-2")
    assert len(free) <= 60


async def test_a_numbered_long_slug_is_not_given_twice(database: Database) -> None:
    long = "a" * 60
    numbered = f"{'a' * 54}-2"
    await add(database, page_row(slug=long), page_row(slug=numbered))
    async with database.read() as uow:
        assert await uow.pages.free_slug(long) == f"{'a' * 54}-3"


async def test_pages_that_wish_for_one_slug_at_once_get_one_each(database: Database) -> None:
    pages = [page_row() for _ in range(6)]
    await add(database, *pages)

    async def name(page: PageRow) -> str:
        async with database.write() as uow:
            row = await uow.pages.get(OWNER_TENANT, PageId(page.id))
            assert row is not None
            return await uow.pages.name(row, "bakery")

    slugs = await asyncio.gather(*map(name, pages))
    assert sorted(slugs) == ["bakery", *(f"bakery-{number}" for number in range(2, 7))]
    assert await name(pages[0]) == slugs[0], "a page that has a slug keeps it"


async def test_another_tenants_page_is_not_there(database: Database) -> None:
    page = page_row()
    await add(database, page)
    async with database.read() as uow:
        assert await uow.pages.get(TenantId("other"), PageId(page.id)) is None
        assert await uow.pages.get(OWNER_TENANT, PageId(page.id)) is not None


async def test_times_come_back_aware_and_equal(database: Database) -> None:
    page = page_row()
    await add(database, page)
    async with database.read() as uow:
        stored = await uow.pages.get(OWNER_TENANT, PageId(page.id))
    assert stored is not None
    assert stored.created_at == NOW
    assert stored.created_at.tzinfo is not None


async def test_an_error_of_the_database_repeats_nothing_of_a_brief(database: Database) -> None:
    page = page_row(slug="bakery")
    await add(database, page)
    with pytest.raises(IntegrityError) as error:
        await add(database, page_row(slug="bakery"))
    assert page.brief.text not in str(error.value)
    assert page.title not in str(error.value)

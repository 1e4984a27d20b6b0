"""Pages and their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Final

from sqlalchemy import Text, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col, select

from domain.brief import Brief
from domain.check import Check
from domain.ids import JobId, PageId, TenantId
from domain.outline import Outline, Slug
from domain.page import PageDocument
from storage.columns import Json, UtcDateTime
from storage.row import Row

_SLUG_STEM: Final = 54
"""Characters of a slug that a number is put behind: 60 hold it up to five digits."""


class PageRow(Row, table=True):
    """A page. Its slug comes with its first version and stays; `open_job` is the one job that may change it now."""

    id: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    owner: str
    title: str
    """The brief's name until a version has a title."""
    language: str
    slug: str | None = Field(default=None, unique=True)
    brief: Brief = Field(sa_type=Json(Brief))
    current_version: int | None = None
    published_version: int | None = None
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    open_job: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class PageVersionRow(Row, table=True):
    """One version of a page: immutable, its published bytes never change with the code."""

    page_id: str = Field(primary_key=True, foreign_key="pages.id")
    number: int = Field(primary_key=True)
    tenant: str
    job_id: str
    outline: Outline = Field(sa_type=Json(Outline))
    document: PageDocument = Field(sa_type=Json(PageDocument))
    html: str = Field(sa_type=Text)
    sha256: str
    checks: tuple[Check, ...] = Field(sa_type=Json(tuple[Check, ...]))
    created_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class PageState:
    """Whether a page has room for a job."""

    current_version: int | None
    open_job: str | None


class PageRepository:
    """Every query on pages and versions."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    def add(self, row: PageRow | PageVersionRow) -> None:
        """Insert a page or a version."""
        self._session.add(row)

    async def get(self, tenant: TenantId, page: PageId) -> PageRow | None:
        """Return a page of the tenant."""
        row = await self._session.get(PageRow, page)
        return row if row is not None and row.tenant == tenant else None

    async def version(self, tenant: TenantId, page: PageId, number: int) -> PageVersionRow | None:
        """Return one version of a page of the tenant."""
        row = await self._session.get(PageVersionRow, (page, number))
        return row if row is not None and row.tenant == tenant else None

    async def versions(self, tenant: TenantId, page: PageId, *, before: int | None, limit: int) -> list[PageVersionRow]:
        """Return versions newest first, those below number `before` only."""
        query = select(PageVersionRow).where(col(PageVersionRow.tenant) == tenant, col(PageVersionRow.page_id) == page)
        if before is not None:
            query = query.where(col(PageVersionRow.number) < before)
        query = query.order_by(col(PageVersionRow.number).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())

    async def newest(self, tenant: TenantId, *, before: PageId | None, limit: int) -> list[PageRow]:
        """Return pages newest first (ids are in the order of time), those below id `before` only."""
        query = select(PageRow).where(col(PageRow.tenant) == tenant)
        if before is not None:
            query = query.where(col(PageRow.id) < before)
        query = query.order_by(col(PageRow.id).desc()).limit(limit)
        return list((await self._session.scalars(query)).all())

    async def published(self, slug: str) -> PageVersionRow | None:
        """Return the published version under a slug, whoever owns it."""
        query = (
            select(PageVersionRow)
            .join(PageRow, col(PageRow.id) == col(PageVersionRow.page_id))
            .where(col(PageRow.slug) == slug, col(PageRow.published_version) == col(PageVersionRow.number))
        )
        return (await self._session.scalars(query)).one_or_none()

    async def name(self, page: PageRow, wished: Slug) -> Slug:
        """Give a page its slug, `wished` or one like it, unless it has one; return it. Two never get the same."""
        while page.slug is None:
            slug = await self.free_slug(wished)
            try:
                async with self._session.begin_nested():
                    await self._session.execute(
                        update(PageRow).where(col(PageRow.id) == page.id, col(PageRow.slug).is_(None)).values(slug=slug)
                    )
            except IntegrityError:
                continue  # another page took it meanwhile
            await self._session.refresh(page, ["slug"])
        return page.slug

    async def free_slug(self, wished: Slug) -> Slug:
        """Return `wished`, or the first of `wished-2`, `wished-3`, ... that no page has."""
        alike = col(PageRow.slug).startswith(wished[:_SLUG_STEM], autoescape=True)
        taken = set((await self._session.scalars(select(col(PageRow.slug)).where(alike))).all())
        numbered = (f"{wished[:_SLUG_STEM].rstrip('-')}-{number}" for number in count(2))
        return next(slug for slug in chain([wished], numbered) if slug not in taken)

    async def claim(self, page: PageId, job: JobId) -> bool:
        """Make `job` the page's one open job. False when another job is."""
        result = await self._session.execute(
            update(PageRow)
            .where(col(PageRow.id) == page, (col(PageRow.open_job).is_(None)) | (col(PageRow.open_job) == job))
            .values(open_job=job)
            .returning(col(PageRow.id))
        )
        return result.first() is not None

    async def lock_states(self, pages: Sequence[str]) -> dict[str, PageState]:
        """Return what some pages are open for, held against other writers until the transaction ends."""
        query = (
            select(col(PageRow.id), col(PageRow.current_version), col(PageRow.open_job))
            .where(col(PageRow.id).in_(pages))
            .order_by(col(PageRow.id))
            .with_for_update()
        )
        return {name: PageState(version, job) for name, version, job in await self._session.execute(query)}

    async def give(self, jobs: Mapping[str, str]) -> None:
        """Make jobs the open ones of their pages, by page; the caller holds the pages and has seen them free."""
        if jobs:
            values = [{"id": page, "open_job": job} for page, job in jobs.items()]
            await self._session.execute(update(PageRow), values)

    async def release(self, page: PageId, job: JobId) -> None:
        """End the claim of `job`, if it has it."""
        await self._session.execute(
            update(PageRow).where(col(PageRow.id) == page, col(PageRow.open_job) == job).values(open_job=None)
        )

    async def erase(self, page: PageId) -> None:
        """Delete a page and all its versions."""
        await self._session.execute(delete(PageVersionRow).where(col(PageVersionRow.page_id) == page))
        await self._session.execute(delete(PageRow).where(col(PageRow.id) == page))

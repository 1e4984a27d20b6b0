"""Pages and their versions over HTTP."""

from datetime import datetime
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from api.schemas.envelope import LARGEST_NUMBER, Command, Listing, NoNul, Number
from api.schemas.options import GenerationOptions
from domain.check import Check, CheckKind
from domain.ids import JobId, PageId
from domain.model import Document
from domain.page import PageDocument
from domain.revision import Instruction
from storage.page import PageRow, PageVersionRow


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "anchor"
    return "index" if isinstance(value, int) and not isinstance(value, bool) else None


SectionName = Annotated[
    Annotated[int, Tag("index")] | Annotated[str, Tag("anchor")],
    Discriminator(
        _shape, custom_error_type="section_type", custom_error_message="a section is an index from 0 or an anchor"
    ),
]
"""Told apart here, so that an error names the field and not the union's member."""


class ReviseRequest(GenerationOptions):
    """One section to write again by an instruction, as it stands in `baseVersion`."""

    section: SectionName
    instruction: Annotated[Instruction, NoNul]
    base_version: Annotated[int, Field(ge=1, le=LARGEST_NUMBER), Number]


class PublishRequest(Command):
    """Which version to publish; without one, the current."""

    version: Annotated[int | None, Field(ge=1, le=LARGEST_NUMBER), Number] = None


class PageLinks(Document):
    """Where more of a page is to be found; `published` once it is, for anybody."""

    self: str
    versions: str
    html: str | None = None
    export: str | None = None
    published: str | None = None
    open_job: str | None = None


class Page(Document):
    """A page. Its slug comes with its first version; `openJob` is the one job that may change it now."""

    id: PageId
    title: str
    slug: str | None
    language: str
    current_version: int | None
    published_version: int | None
    published_at: datetime | None
    open_job: JobId | None
    created_at: datetime
    updated_at: datetime
    links: PageLinks

    @classmethod
    def of(cls, row: PageRow, links: PageLinks) -> "Page":
        """Return a stored page."""
        return Page(
            id=PageId(row.id),
            title=row.title,
            slug=row.slug,
            language=row.language,
            current_version=row.current_version,
            published_version=row.published_version,
            published_at=row.published_at,
            open_job=None if row.open_job is None else JobId(row.open_job),
            created_at=row.created_at,
            updated_at=row.updated_at,
            links=links,
        )


class PageList(Listing):
    """Pages, newest first."""

    pages: tuple[Page, ...]


class PageDetail(Page):
    """A page with the checks of its current version."""

    checks: tuple[Check, ...]


class VersionLinks(Document):
    """Where more of a version is to be found."""

    self: str
    html: str
    job: str


class Version(Document):
    """One version of a page: immutable."""

    page_id: PageId
    number: int
    job_id: JobId
    sha256: str
    """Of the HTML's bytes, in hexadecimal."""
    failed_checks: int
    """Without advice."""
    advice: int
    """How many pieces of advice the version does not follow; each is the maker's to decide."""
    created_at: datetime
    links: VersionLinks

    @classmethod
    def of(cls, row: PageVersionRow, links: VersionLinks) -> "Version":
        """Return a stored version."""
        not_passed = [check.kind for check in row.checks if not check.passed]
        advice = not_passed.count(CheckKind.ADVICE)
        return Version(
            page_id=PageId(row.page_id),
            number=row.number,
            job_id=JobId(row.job_id),
            sha256=row.sha256,
            failed_checks=len(not_passed) - advice,
            advice=advice,
            created_at=row.created_at,
            links=links,
        )


class VersionList(Listing):
    """Versions of a page, newest first."""

    versions: tuple[Version, ...]


class VersionDetail(Version):
    """A version with its document and its checks."""

    document: PageDocument
    checks: tuple[Check, ...]

"""What the API says of pages, as far as the command line shows it."""

from datetime import datetime

from domain.model import Document


class PageLinks(Document):
    """Where a page is to be read; `published` by anybody."""

    published: str | None = None


class Check(Document):
    """One rule a version was held to."""

    name: str
    kind: str = ""
    passed: bool
    message: str = ""

    @property
    def is_advice(self) -> bool:
        """Whether it is the maker's to decide, and no fault of the page."""
        return self.kind == "advice"


class Page(Document):
    """A page; `checks` of its current version only when it was asked for alone."""

    id: str
    title: str = ""
    slug: str | None = None
    language: str | None = None
    current_version: int | None = None
    published_version: int | None = None
    published_at: datetime | None = None
    open_job: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    links: PageLinks = PageLinks()
    checks: tuple[Check, ...] = ()


class Pages(Document):
    """One page of a list of pages."""

    pages: tuple[Page, ...]
    next_cursor: str | None = None


class Version(Document):
    """One version of a page."""

    number: int
    job_id: str | None = None
    sha256: str | None = None
    failed_checks: int = 0
    advice: int = 0
    created_at: datetime | None = None


class Versions(Document):
    """The newest versions of a page."""

    versions: tuple[Version, ...]


class Section(Document):
    """One section of a version."""

    type: str
    anchor: str
    heading: str | None = None


class PageDocument(Document):
    """A version's page as data."""

    sections: tuple[Section, ...] = ()


class VersionDetail(Version):
    """A version with its document."""

    document: PageDocument = PageDocument()

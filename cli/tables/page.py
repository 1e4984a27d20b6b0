"""Pages, their sections, versions and checks as tables. Pure."""

from collections.abc import Sequence
from datetime import datetime

from cli.client.page_answers import Check, Page, Version, VersionDetail
from cli.formats import NOTHING, ago, clean, moment, or_nothing
from cli.screen.table import Cell, Column, Fields, Row, Table


def listing(pages: Sequence[Page], now: datetime) -> Table:
    """Return a list of pages."""
    columns = (
        Column("Page", narrow="whole"),
        Column("Title", narrow="cut"),
        Column("Version", right=True, narrow="whole"),
        Column("Published", narrow="drop"),
        Column("Language", narrow="drop"),
        Column("Updated", right=True, narrow="whole"),
    )
    empty = "No pages. Make one with: pagewright generate 'A bakery in ...'"
    return Table(columns, tuple(_listed(page, now) for page in pages), empty=empty)


def fields(page: Page, now: datetime, api_url: str) -> Fields:
    """Return everything about a page but its versions; its address is at the API."""
    published = page.links.published
    return Fields(
        (
            ("Page", Cell(page.id, "strong")),
            ("Title", or_nothing(page.title)),
            ("Slug", or_nothing(page.slug)),
            ("Language", or_nothing(page.language)),
            ("Version", _number(page.current_version)),
            ("Published", _published(page)),
            ("Address", NOTHING if published is None else f"{api_url}{clean(published)}"),
            ("Open job", or_nothing(page.open_job)),
            ("Created", moment(page.created_at, now)),
            ("Updated", moment(page.updated_at, now)),
        )
    )


def sections(version: VersionDetail) -> Table:
    """Return the sections of a version, under the numbers and anchors `revise` takes."""
    columns = (Column("Section", right=True), Column("Type"), Column("Anchor", narrow="whole"), Column("Heading"))
    rows = tuple(
        (str(index), clean(section.type), clean(section.anchor), or_nothing(section.heading))
        for index, section in enumerate(version.document.sections)
    )
    return Table(columns, rows, title=f"\nSections of version {version.number}")


def versions(newest: Sequence[Version], page: Page, now: datetime) -> Table:
    """Return the versions of a page."""
    columns = (
        Column("Version", right=True),
        Column("State", narrow="whole"),
        Column("Job", narrow="drop"),
        Column("Failed checks", right=True),
        Column("Advice", right=True, narrow="whole"),
        Column("SHA-256", narrow="drop"),
        Column("Created", right=True, narrow="whole"),
    )
    rows = tuple(
        (
            str(version.number),
            _state(version.number, page),
            or_nothing(version.job_id),
            Cell(str(version.failed_checks), "bad" if version.failed_checks else ""),
            str(version.advice),
            (version.sha256 or NOTHING)[:12],
            ago(version.created_at, now),
        )
        for version in newest
    )
    return Table(columns, rows, title="\nVersions")


def failed_checks(page: Page) -> Table:
    """Return the checks the current version does not pass, without advice."""
    held_to = [check for check in page.checks if not check.is_advice]
    passed = f"\nAll {len(held_to)} checks pass." if held_to else "\nNothing to check yet."
    return _not_passed(held_to, Cell("✗", "bad"), "\nChecks that do not pass", passed)


def advice(page: Page) -> Table:
    """Return the advice the current version does not follow: the maker may have good reasons."""
    given = [check for check in page.checks if check.is_advice]
    return _not_passed(given, Cell("i", "busy"), "\nAdvice, for you to decide", "No advice to give." if given else "")


def _not_passed(checks: Sequence[Check], mark: Cell, title: str, empty: str) -> Table:
    columns = (Column(""), Column("About", narrow="whole"), Column("What"))
    rows: tuple[Row, ...] = tuple(
        (mark, clean(check.name), clean(check.message)) for check in checks if not check.passed
    )
    return Table(columns, rows, title=title, empty=empty)


def _listed(page: Page, now: datetime) -> Row:
    return (
        page.id,
        or_nothing(page.title),
        _number(page.current_version),
        _published(page),
        or_nothing(page.language),
        ago(page.updated_at, now),
    )


def _published(page: Page) -> Cell:
    if page.published_version is None:
        return Cell(NOTHING)
    return Cell(f"✓ version {page.published_version}", "good")


def _state(number: int, page: Page) -> str:
    states = (
        "current" if number == page.current_version else "",
        "published" if number == page.published_version else "",
    )
    return ", ".join(filter(None, states)) or NOTHING


def _number(version: int | None) -> str:
    return NOTHING if version is None else str(version)

"""Examples of the docs on pages."""

from typing import Final

from fastapi.openapi.models import Example

from api.examples.scene import AT, DONE, JOB_ID, PAGE_ID
from api.schemas.envelope import Data
from api.schemas.page import (
    Page,
    PageDetail,
    PageLinks,
    PageList,
    Version,
    VersionDetail,
    VersionLinks,
    VersionList,
)
from domain.blocks import Action, Hero
from domain.check import Check, CheckKind
from domain.outline import Seo
from domain.page import PageDocument

_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_CHECK: Final = Check(name="links", kind=CheckKind.SECTION, passed=True)

REVISE: Final[dict[str, Example]] = {
    "section": {
        "summary": "One section anew",
        "value": {"section": "prices", "instruction": "Name the smaller loaf first.", "baseVersion": 1},
    }
}
PUBLISH: Final[dict[str, Example]] = {"current": {"value": {}}, "older": {"value": {"version": 1}}}

_PAGE: Final = Page(
    id=PAGE_ID,
    title="Harbour Bakery: bread from Example Bay",
    slug="harbour-bakery",
    language="en",
    current_version=1,
    published_version=1,
    published_at=DONE,
    open_job=None,
    created_at=AT,
    updated_at=DONE,
    links=PageLinks(
        self=f"/api/pages/{PAGE_ID}",
        versions=f"/api/pages/{PAGE_ID}/versions",
        html=f"/api/pages/{PAGE_ID}/html",
        export=f"/api/pages/{PAGE_ID}/export.zip",
        published="/p/harbour-bakery",
    ),
)
_VERSION: Final = Version(
    page_id=PAGE_ID,
    number=1,
    job_id=JOB_ID,
    sha256=_SHA256,
    failed_checks=0,
    advice=1,
    created_at=DONE,
    links=VersionLinks(
        self=f"/api/pages/{PAGE_ID}/versions/1",
        html=f"/api/pages/{PAGE_ID}/html?version=1",
        job=f"/api/ai/jobs/{JOB_ID}",
    ),
)
_DOCUMENT: Final = PageDocument(
    title="Harbour Bakery: bread from Example Bay",
    slug="harbour-bakery",
    language="en",
    seo=Seo(title="Harbour Bakery", description="Sourdough bread, baked overnight in Example Bay."),
    sections=(
        Hero(
            anchor="top",
            heading="Bread that takes its time",
            text="Sourdough, baked overnight.",
            action=Action(label="Order bread", href="https://order.example.com/"),
        ),
    ),
)

PAGES: Final = Data(data=PageList(pages=(_PAGE,)))
PAGE: Final = Data(data=_PAGE)
PAGE_DETAIL: Final = Data(data=PageDetail(**dict(_PAGE), checks=(_CHECK,)))
VERSIONS: Final = Data(data=VersionList(versions=(_VERSION,)))
VERSION: Final = Data(data=VersionDetail(**dict(_VERSION), document=_DOCUMENT, checks=(_CHECK,)))

from datetime import UTC, datetime

import pytest

from api.schemas.page import Version, VersionLinks
from domain.blocks import Hero
from domain.check import Check, CheckKind
from domain.outline import Outline, SectionPlan, Seo
from domain.page import Theme, assemble
from storage.page import PageVersionRow

PASSED = Check(name="anchor", kind=CheckKind.SECTION, passed=True)
FAILED = Check(name="one-h1", kind=CheckKind.PAGE, passed=False)
ADVICE = Check(name="claims", kind=CheckKind.ADVICE, passed=False)
HEEDED = Check(name="people", kind=CheckKind.ADVICE, passed=True)


def version(*checks: Check) -> Version:
    hero = Hero(anchor="start", heading="Bread", text="Baked overnight")
    outline = Outline(
        title="Bread",
        slug="bread",
        language="en",
        seo=Seo(title="Bread", description="Baked overnight"),
        sections=(SectionPlan(type=hero.type, anchor="start", heading="Bread"),),
    )
    row = PageVersionRow(
        page_id="page_01M81NF1Z5HMEKDH5QVTATY6XZ",
        number=1,
        tenant="owner",
        job_id="job_01M81NF1Z5HMEKDH5QVTATY6XZ",
        outline=outline,
        document=assemble(outline, (hero,), Theme.STUDIO, "bread"),
        html="",
        sha256="",
        checks=checks,
        created_at=datetime(2031, 5, 1, tzinfo=UTC),
    )
    return Version.of(row, VersionLinks(self="/v", html="/h", job="/j"))


@pytest.mark.parametrize(
    ("checks", "failed", "advice"),
    [((PASSED, HEEDED), 0, 0), ((PASSED, ADVICE, ADVICE, HEEDED), 0, 2), ((PASSED, FAILED, ADVICE), 1, 1)],
)
def test_a_version_counts_failed_checks_and_advice_apart(checks: tuple[Check, ...], failed: int, advice: int) -> None:
    shown = version(*checks)
    assert (shown.failed_checks, shown.advice) == (failed, advice)

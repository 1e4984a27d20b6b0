import pytest

from domain.blocks import Hero, Text
from domain.brief import Brief
from domain.check import CheckKind
from domain.checks import advise
from domain.outline import Seo
from domain.page import PageDocument

BRIEF = Brief(
    name="Corner Bakery",
    text="Bo Baker founded it in 1987 with three flours. Certified organic. 40 households order 12 % of the rye.",
)


def advice(body: str, *, title: str = "Corner Bakery: bread with time", description: str = "Bread. " * 10) -> set[str]:
    document = PageDocument(
        title="Corner Bakery",
        slug="corner-bakery",
        language="en",
        seo=Seo(title=title, description=description),
        sections=(Hero(heading="Bread From Another World", text="Bread."), Text(heading="Story", body=body)),
    )
    checks = advise(document, BRIEF)
    assert [check.name for check in checks] == ["title-length", "description-length", "people", "claims"]
    assert {check.kind for check in checks} == {CheckKind.ADVICE}
    return {check.name for check in checks if not check.passed}


@pytest.mark.parametrize(
    "body",
    [
        "In 1987 it was Bo Baker who began, with 3 flours. Certified organic, for 40 households, 12 % with rye.",
        "Open 24/7. One, 2, 3. Das macht die Bäckerei seit 1987.",
        "三種類の粉で焼いています。1987年創業。",
        "نخبز منذ ١٩٨٧ لأربعين بيتاً.",
    ],
)
def test_what_the_brief_carries_needs_no_advice(body: str) -> None:
    assert advice(body) == set()


@pytest.mark.parametrize(
    "body", ["Our bread is made by Eve Invented.", "Ask for Dr. Invented.", "Das Brot bäckt Frau Erfunden."]
)
def test_people_the_brief_does_not_name_are_pointed_out(body: str) -> None:
    assert advice(body) == {"people"}


@pytest.mark.parametrize(
    "body",
    [
        "We are award-winning.",
        "Trusted by many.",
        "Baking since 1923.",
        "98 % are happy.",
        "Over 500 guests.",
        "Preisgekröntes Brot.",
        "日本一のパン。",
        "منذ ١٩٢٣",
    ],
)
def test_claims_and_figures_the_brief_does_not_make_are_pointed_out(body: str) -> None:
    assert advice(body) == {"claims"}


@pytest.mark.parametrize(
    ("title", "fits"), [("x" * 60, True), ("x" * 61, False), ("パ" * 30, True), ("パ" * 31, False), ("Bread", False)]
)
def test_a_title_fits_into_a_search_result(title: str, *, fits: bool) -> None:
    assert ("title-length" in advice("Bread.", title=title)) is not fits


@pytest.mark.parametrize(("length", "fits"), [(49, False), (50, True), (160, True), (161, False)])
def test_a_description_fits_into_a_search_result(length: int, *, fits: bool) -> None:
    assert ("description-length" in advice("Bread.", description="x" * length)) is not fits

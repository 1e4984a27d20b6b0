import pytest
from pydantic import ValidationError

from domain.blocks import BlockType
from domain.outline import Outline, SectionPlan, Seo


def outline(*plans: tuple[BlockType, str], slug: str = "corner-bakery") -> Outline:
    sections = tuple(SectionPlan(type=block, anchor=anchor, heading="Heading") for block, anchor in plans)
    seo = Seo(title="Corner Bakery", description="Bread")
    return Outline(title="Corner Bakery", slug=slug, language="en", seo=seo, sections=sections)


def test_the_hero_comes_first() -> None:
    assert outline((BlockType.HERO, "top"), (BlockType.TEXT, "story")).sections[0].type is BlockType.HERO


@pytest.mark.parametrize(
    "plans",
    [
        [],
        [(BlockType.TEXT, "story")],
        [(BlockType.TEXT, "story"), (BlockType.HERO, "top")],
        [(BlockType.HERO, "top"), (BlockType.HERO, "again")],
        [(BlockType.HERO, "top"), (BlockType.TEXT, "top")],
        [(BlockType.HERO, "top"), *((BlockType.TEXT, f"t{number}") for number in range(12))],
        [(BlockType.HERO, "Top")],
        [(BlockType.HERO, 'x" onclick="')],
    ],
)
def test_an_outline_without_one_hero_first_own_anchors_and_a_bounded_length_cannot_be_built(
    plans: list[tuple[BlockType, str]],
) -> None:
    with pytest.raises(ValidationError):
        outline(*plans)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a--b", "A", "a/b", "..", "ä", "a" * 61])
def test_a_slug_is_plain(slug: str) -> None:
    with pytest.raises(ValidationError):
        outline((BlockType.HERO, "top"), slug=slug)

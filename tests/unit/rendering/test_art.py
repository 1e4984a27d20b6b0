import xml.etree.ElementTree as ET

import pytest

from rendering.art import emblem, mosaic, picture
from rendering.draw import Draw

TITLES = [f"Picture {number}" for number in range(40)]


def test_a_picture_is_drawn_from_its_title_alone() -> None:
    assert picture("Night oven", "An oven") == picture("Night oven", "An oven")
    assert picture("Night oven", "x") != picture("First light", "x")


@pytest.mark.parametrize("title", TITLES)
def test_a_picture_is_well_formed_named_and_without_style(title: str) -> None:
    drawn = ET.fromstring(picture(title, 'The "alt" <text> & more'))  # noqa: S314 - our own output
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-label"] == 'The "alt" <text> & more'
    assert {name for part in drawn.iter() for name in part.attrib} <= {
        "aria-label",
        "class",
        "d",
        "preserveAspectRatio",
        "role",
        "viewBox",
    }


def test_pictures_of_many_titles_differ() -> None:
    assert len({picture(title, "x") for title in TITLES}) == len(TITLES)


@pytest.mark.parametrize("drawn", [mosaic("seed", 6, 6), emblem("seed")])
def test_decoration_is_hidden_from_assistive_technology(drawn: str) -> None:
    assert 'aria-hidden="true"' in drawn
    assert "aria-label" not in drawn


def test_choices_are_the_same_everywhere() -> None:
    draw = Draw("seed")
    assert [draw.below(100) for _ in range(40)] == [Draw("seed").below(100), *_after_the_first("seed", 39)]
    assert sorted(Draw("x").shuffled("abc")) == ["a", "b", "c"]


def _after_the_first(seed: str, many: int) -> list[int]:
    draw = Draw(seed)
    draw.below(100)
    return [draw.below(100) for _ in range(many)]

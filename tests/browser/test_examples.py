"""The pages the sandbox makes of all example briefs, in a real browser and under a real validator."""

from itertools import product
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser

from rendering.page import render
from tests.browser.inspection import AXE, SCHEMES, WIDTHS, broken_words, nu_validator, overflow, violations
from tests.sandbox_pages import EXAMPLES, example, write_page

BETWEEN: Final = (320, 700, 1000, 1100, 1200, 1600)
"""Widths beside those a designer looks at: just before or after the layout changes."""


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """The HTML of each example brief's page, by the brief's name."""
    return {name: render(write_page(example(name))) for name in EXAMPLES}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_an_example_is_accessible_and_fits_at_every_width_in_light_and_dark(
    chromium: Browser, pages: dict[str, str], name: str
) -> None:
    page = await chromium.new_page(reduced_motion="reduce")
    await page.set_content(pages[name])
    await page.evaluate(AXE)
    for width, scheme in product(WIDTHS, SCHEMES):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == [], (width, scheme)
        assert await overflow(page) == (0, []), (width, scheme)
    await page.close()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_no_line_breaks_inside_a_word_or_a_figure(chromium: Browser, pages: dict[str, str], name: str) -> None:
    page = await chromium.new_page(reduced_motion="reduce")
    await page.set_content(pages[name])
    found: dict[int, list[str]] = {}
    for width in sorted((*WIDTHS, *BETWEEN)):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await overflow(page) == (0, []), width
        found[width] = await broken_words(page)
    await page.close()
    assert {width: words for width, words in found.items() if words} == {}


async def test_every_example_is_valid_html5(java: str, pages: dict[str, str], tmp_path: Path) -> None:
    for name, html in pages.items():
        (tmp_path / f"{name}.html").write_text(html, "utf-8")
    assert await nu_validator(java, tmp_path) == []


async def test_a_word_that_a_line_breaks_is_seen(chromium: Browser, pages: dict[str, str]) -> None:
    page = await chromium.new_page(viewport={"width": 1280, "height": 900})
    await page.set_content(pages["museum"])
    await page.add_style_tag(content=".plans .price { font-size: 4rem !important }")
    assert await broken_words(page) == ["gratuit"]
    await page.close()

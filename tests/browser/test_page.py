"""A rendered page in a real browser and under a real validator."""

import re
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Route

from domain.page import PageDocument
from rendering.csp import style_hash
from rendering.page import render
from tests.browser.inspection import AXE, SCHEMES, WIDTHS, nu_validator, overflow, violations

LANGUAGES: Final = ("en", "de", "ja", "ar", "sw")
ADDRESS: Final = "http://page.example/"


def test_axe_knows_wcag_2_2() -> None:
    version = re.match(r"/\*! axe v(\d+)\.(\d+)", AXE)
    assert version
    assert (int(version[1]), int(version[2])) >= (4, 8)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_accessible_and_fits_at_every_width_in_light_and_dark(
    chromium: Browser, documents: dict[str, PageDocument], language: str
) -> None:
    page = await chromium.new_page(reduced_motion="reduce")
    await page.set_content(render(documents[language]))
    await page.evaluate(AXE)
    for width, scheme in product(WIDTHS, SCHEMES):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == [], (width, scheme)
        assert await overflow(page) == (0, []), (width, scheme)
    await page.close()


async def test_axe_sees_a_small_target_and_a_faint_text(chromium: Browser, documents: dict[str, PageDocument]) -> None:
    page = await chromium.new_page()
    await page.set_content(render(documents["en"]))
    await page.evaluate(AXE)
    await page.add_style_tag(
        content=".mast nav ul{display:block} .mast nav a{padding:0;font-size:9px} .lead{color:#ccc}"
    )
    assert {violation["id"] for violation in await violations(page)} >= {"target-size", "color-contrast"}
    await page.close()


async def test_the_longest_words_fit_a_narrow_phone(chromium: Browser, documents: dict[str, PageDocument]) -> None:
    page = await chromium.new_page(viewport={"width": 320, "height": 800})
    text = documents["en"].model_dump_json()
    long = re.sub(r'"(heading|title|label|name|value|price|role|days|hours)":"[^"]*"', rf'"\1":"{"Wort" * 14}"', text)
    await page.set_content(render(PageDocument.model_validate_json(long)))
    assert await overflow(page) == (0, [])
    await page.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_published_page_loads_nothing_else_and_keeps_its_policy(
    chromium: Browser, documents: dict[str, PageDocument], language: str
) -> None:
    html = render(documents[language])
    policy = f"default-src 'none'; img-src 'self'; style-src 'sha256-{style_hash(html)}'"
    asked: list[str] = []
    told: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
        await route.fulfill(status=200, headers=headers, body=html)

    page = await chromium.new_page()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(error.message))
    await page.route("**/*", answer)
    await page.goto(ADDRESS, wait_until="networkidle")
    styled = await page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight")
    await page.close()
    assert asked == [ADDRESS]
    assert told == []
    assert styled in {"600", "700"}


async def test_a_right_to_left_page_is_mirrored(chromium: Browser, documents: dict[str, PageDocument]) -> None:
    starts: dict[str, bool] = {}
    for language in ("en", "ar"):
        page = await chromium.new_page(viewport={"width": 1280, "height": 900})
        await page.set_content(render(documents[language]))
        text, art = await page.locator(".hero h1").bounding_box(), await page.locator(".hero .scene").bounding_box()
        assert text
        assert art
        starts[language] = text["x"] < art["x"]
        await page.close()
    assert starts == {"en": True, "ar": False}


async def test_the_keyboard_skips_to_the_content_and_opens_an_answer(
    chromium: Browser, documents: dict[str, PageDocument]
) -> None:
    page = await chromium.new_page(reduced_motion="reduce")
    await page.set_content(render(documents["en"]))
    await page.keyboard.press("Tab")
    skip = await page.locator(".skip").bounding_box()
    assert skip
    assert skip["y"] >= 0
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "_main"
    closed = page.locator("details:not([open])").first
    await closed.locator("summary").focus()
    before = await page.locator("details[open]").count()
    await page.keyboard.press("Enter")
    assert await page.locator("details[open]").count() == before + 1
    await page.close()


async def test_a_printed_page_has_no_dark_ground_and_shows_every_answer(
    chromium: Browser, documents: dict[str, PageDocument]
) -> None:
    page = await chromium.new_page(color_scheme="dark")
    await page.set_content(render(documents["en"]))
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(19, 33, 29)"
    assert await page.locator("nav").is_hidden()
    for answer in await page.locator("details .prose").all():
        assert await answer.is_visible()
    await page.close()


async def test_every_page_is_valid_html5(java: str, documents: dict[str, PageDocument], tmp_path: Path) -> None:
    for language, document in documents.items():
        (tmp_path / f"{language}.html").write_text(render(document), "utf-8")
    messages = await nu_validator(java, tmp_path)
    assert messages == []


async def test_the_validator_finds_what_is_not_html5(java: str, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><title>x</title><p><section></p>", "utf-8")
    assert await nu_validator(java, tmp_path)

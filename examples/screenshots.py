"""Takes the pictures of docs/gallery.md: pages the sandbox makes of example briefs, in Debian's Chromium.

    .venv/bin/python examples/screenshots.py

It runs a stack of its own, as examples/generate_all.py does, and writes docs/images/<name>.png. The fonts are those of
`make deps`: with others the pictures look otherwise.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, FloatRect, async_playwright

from cli.client.client import connect
from cli.errors import UserError
from cli.screen.render import print_line, print_note
from embedded.errors import StackError
from embedded.signals import until_stopped
from examples.generate_all import make, running_stack

_HERE: Final = Path(__file__).parent
_BRIEFS: Final = _HERE / "briefs"
_IMAGES: Final = _HERE.parent / "docs" / "images"
_INTERRUPTED: Final = 130
_WINDOW: Final = 900
"""CSS pixels of height: what is as high as the window is drawn for it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a part of a page, in CSS pixels; `scale` device pixels make one."""

    name: str
    brief: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    scale: int = 1
    section: str = "body"
    """CSS selector of what stands at its upper edge."""


SHOTS: Final = (
    Shot("bakery", "bakery.md", 1280, 1500),
    Shot("bakery-dark", "bakery.md", 1280, 1500, scheme="dark"),
    Shot("law-office", "law-office.md", 1280, 2237),
    Shot("museum", "museum.md", 1280, 1636, section=".gallery"),
    Shot("clinic", "clinic.md", 768, 1612),
    Shot("hotel", "hotel.md", 360, 1417, scale=2),
)


def main() -> None:
    """Run as a program."""
    try:
        taken = asyncio.run(until_stopped(_take_all()))
    except (StackError, UserError) as error:
        sys.exit(f"Error: {error.message}\n{error.hint}".rstrip())
    sys.exit(0 if taken else _INTERRUPTED)


async def _take_all() -> bool:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        message = "There is no Chromium to take pictures with."
        raise UserError(message, "Get it with: make deps")
    with tempfile.TemporaryDirectory(prefix="pagewright-screenshots-") as folder:
        pages = await _make_pages({shot.brief for shot in SHOTS}, Path(folder))
        async with async_playwright() as playwright:
            as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await playwright.chromium.launch(executable_path=chromium, args=as_root)
            for shot in SHOTS:
                await take(browser, shot, pages[shot.brief])
            await browser.close()
    return True


async def _make_pages(briefs: Iterable[str], folder: Path) -> dict[str, Path]:
    """Return where the page of each brief lies. Raises UserError when one cannot be made."""
    pages: dict[str, Path] = {}
    async with running_stack() as to, connect(to, print_note) as api:
        for brief in sorted(briefs):
            made = await make(api, _BRIEFS / brief, folder)
            if made.file is None:
                message = f"The page of {brief} was not made: {made.job.status}."
                raise UserError(message, "examples/generate_all.py says more.")
            pages[brief] = made.file
    return pages


async def take(browser: Browser, shot: Shot, page_file: Path) -> None:
    """Take one picture of a page and write it to docs/images."""
    page = await browser.new_page(
        viewport={"width": shot.width, "height": _WINDOW},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        device_scale_factor=shot.scale,
    )
    await page.goto(page_file.as_uri())
    top = await page.locator(shot.section).first.evaluate("element => element.getBoundingClientRect().top + scrollY")
    clip = FloatRect(x=0, y=float(top), width=shot.width, height=shot.height)
    file = _IMAGES / f"{shot.name}.png"
    await page.screenshot(path=file, clip=clip, full_page=True)
    await page.close()
    print_line(f"{file.relative_to(_HERE.parent)}  {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()

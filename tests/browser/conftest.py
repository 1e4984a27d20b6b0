"""Debian's Chromium and Java for the tests of this folder, and the sample documents.

Every test here runs on the session's event loop, which is the browser's.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from domain.page import PageDocument

DOCUMENTS = Path(__file__).parents[1] / "documents"
CHROMIUM = "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def missing(package: str) -> NoReturn:
    """Fail under CI, skip elsewhere: nothing is left out silently."""
    message = f"missing Debian package: {package} (apt-get install {package})"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless."""
    if not Path(CHROMIUM).exists():
        missing("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def java() -> str:
    """The path of a Java virtual machine."""
    return shutil.which("java") or missing("default-jre-headless")


@pytest.fixture(scope="session")
def documents() -> dict[str, PageDocument]:
    """The sample documents by language, all block types in each; one more in a language the renderer does not speak."""
    read = {
        path.stem: PageDocument.model_validate_json(path.read_text("utf-8"))
        for path in sorted(DOCUMENTS.glob("*.json"))
    }
    return {**read, "sw": read["en"].model_copy(update={"language": "sw"})}

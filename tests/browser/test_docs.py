"""The API's docs in a real browser: drawn from our own files alone, under their own policy, with an example for all."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, Route
from pydantic import SecretStr

from api.app import create_app
from settings import Settings

HOST: Final = "http://127.0.0.1:3000"


async def test_the_docs_show_every_operation_and_ask_nobody_else(chromium: Browser, tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, token=SecretStr("token")))
    asked: list[str] = []
    told: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        path = urlsplit(route.request.url).path
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOST) as http:
            got = await http.get(path)
        await route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    page = await chromium.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(error.message))
    await page.route("**/*", answer)
    await page.goto(f"{HOST}/docs")
    await page.locator(".opblock").first.wait_for()
    operations = [operation for item in app.openapi()["paths"].values() for operation in item.values()]
    assert await page.locator(".opblock").count() == len(operations)
    await page.locator(".opblock-post .opblock-summary-control").first.click()
    await page.locator(".opblock.is-open .body-param__example", has_text="brief").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await page.close()
    assert told == []
    assert {url.split("?")[0] for url in asked} == {
        f"{HOST}{path}"
        for path in ("/docs", "/docs/assets/swagger-ui.css", "/docs/assets/swagger-ui-bundle.js", "/openapi.json")
    }

"""What a browser makes of the themes' CSS."""

import re
from typing import Final

import pytest
from playwright.async_api import Browser

from domain.page import Theme
from rendering.theme import stylesheet

OTHER_ENGINES: Final = {"-webkit-text-size-adjust", "text-size-adjust", "-webkit-mask-image"}
"""What Chromium on a desk may leave to others."""
BODY: Final = re.compile(r"\{([^{}]*)\}")
UNSUPPORTED: Final = "pairs => pairs.filter(([name, value]) => !CSS.supports(name, value))"


@pytest.mark.parametrize("theme", Theme)
async def test_a_browser_understands_every_declaration(chromium: Browser, theme: Theme) -> None:
    declarations = [
        [part.strip() for part in declaration.split(":", 1)]
        for body in BODY.findall(stylesheet(theme))
        for declaration in body.split(";")
        if declaration.strip()
    ]
    page = await chromium.new_page()
    unsupported = await page.evaluate(UNSUPPORTED, declarations)
    await page.close()
    assert len(declarations) > 300
    assert [pair for pair in unsupported if pair[0] not in OTHER_ENGINES] == []

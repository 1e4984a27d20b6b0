"""Hostile text in every text field of every block type stays text."""

import html
from collections import Counter
from itertools import count
from typing import Final

import pytest
from pydantic import JsonValue

from domain.page import PageDocument
from rendering.checks import check_html
from rendering.page import render
from rendering.parsed import ParsedPage, parse

STRUCTURAL: Final = {"type", "anchor", "href", "slug", "language", "theme"}
PROSE_TAGS: Final = {"p", "em", "strong", "ul", "ol", "li", "code", "br", "a"}
DRAWN: Final = {"path"}
"""What the seeded art has more or less of."""
KEPT_WHOLE: Final = "whole"
"""The class of words that a line is not to break."""
PAYLOADS: Final = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script>",
    "end of style": "</style><style>*{color:red}</style>",
    "end of title": "</title><h1>x</h1>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "single quote": "' onmouseover='alert(1)",
    "event handler": '" onfocus="alert(1)" autofocus x="',
    "svg": "<svg/onload=alert(1)>",
    "comment": "<!-- --!> ]]> <![CDATA[",
    "template": "{{ 7*7 }}{% include 'x' %}",
    "entities": "&lt;script&gt;&#60;b&#62;",
    "css": "}*{background:url(//x.example/a)}",
    "markdown script": "[x](javascript:alert(1))",
    "markdown data": "[x](data:text/html;base64,PA==)",
    "markdown entity": "[x](&#106;avascript:alert(1))",
    "markdown image": "![x](https://x.example/a.png)",
    "markdown html": '<a href="javascript:alert(1)">x</a>',
    "override": "invoice\u202efdp.exe\u2066x\u2069",
    "control": "a\x00b\x08c\x1bd",
}
UNSEEN: Final = dict.fromkeys(map(ord, "\u202e\u2066\u2069\x00\x08\x1b"))


def replaced(value: JsonValue, payload: str, number: "count[int]", key: str = "") -> JsonValue:
    if isinstance(value, dict):
        return {name: replaced(part, payload, number, name) for name, part in value.items()}
    if isinstance(value, list):
        return [replaced(part, payload, number, key) for part in value]
    if isinstance(value, str) and key not in STRUCTURAL:
        return f"{payload} n{next(number):03}e"
    return value


def poisoned(document: PageDocument, payload: str) -> tuple[PageDocument, int]:
    number = count()
    content = replaced(document.model_dump(mode="json"), payload, number)
    return PageDocument.model_validate(content), next(number)


def skeleton(page: ParsedPage) -> Counter[tuple[str, tuple[str, ...]]]:
    """The elements and their attribute names, apart from what prose, art and line breaks may vary."""
    return Counter(
        (element.tag, tuple(sorted(element.attributes)))
        for element in page.elements
        if element.tag not in PROSE_TAGS | DRAWN and element.attributes.get("class") != KEPT_WHOLE
    )


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_changes_no_element_and_passes_every_check(english: PageDocument, payload: str) -> None:
    hostile, _ = poisoned(english, payload)
    harmless, _ = poisoned(english, "text")
    rendered = render(hostile)
    assert skeleton(parse(rendered)) == skeleton(parse(render(harmless)))
    assert [check for check in check_html(rendered, hostile) if not check.passed] == []


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_of_every_field_is_shown_as_it_was_written(english: PageDocument, payload: str) -> None:
    hostile, fields = poisoned(english, payload)
    rendered = html.unescape(render(hostile))
    assert fields > 100
    assert [number for number in range(fields) if f" n{number:03}e" not in rendered] == []
    assert f"{payload.translate(UNSEEN)} n" in rendered


def test_no_unseen_character_reaches_the_page(english: PageDocument) -> None:
    hostile, _ = poisoned(english, PAYLOADS["override"] + PAYLOADS["control"])
    rendered = html.unescape(render(hostile))
    assert rendered == rendered.translate(UNSEEN)


def test_marks_that_languages_need_stay(english: PageDocument) -> None:
    joined = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u200f"
    persian, _ = poisoned(english, joined)
    assert joined in render(persian)

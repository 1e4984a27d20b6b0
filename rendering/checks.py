"""Page checks: what the renderer guarantees, asserted on the file it made. A breach is a bug of ours."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from domain.check import Check, CheckKind
from domain.page import PageDocument
from rendering import contrast
from rendering.language import page_language
from rendering.links import is_safe
from rendering.parsed import Element, ParsedPage, parse

MAX_BYTES: Final = 100_000
"""Weight of a page without images."""

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOADING_ATTRIBUTES: Final = frozenset(
    {"action", "background", "data", "formaction", "ping", "poster", "src", "srcset", "xlink:href"}
)
_LOADING_ELEMENTS: Final = frozenset({"base", "embed", "form", "frame", "iframe", "link", "object"})
_LOADING_CSS: Final = ("url(", "@import", "image-set(", "src(")
_MOST_FAULTS_TOLD: Final = 5

_Rule = Callable[[str, ParsedPage, PageDocument], Iterator[str]]


def check_html(html: str, document: PageDocument) -> tuple[Check, ...]:
    """Return the result of every page check of the file made from a document, each of kind PAGE.

    Raises RefusedDocumentError when the document's language is not BCP 47: such a document is never rendered.
    """
    page = parse(html)
    return tuple(_result(name, list(rule(html, page, document))) for name, rule in _RULES.items())


def _result(name: str, faults: list[str]) -> Check:
    rest = len(faults) - _MOST_FAULTS_TOLD
    told = [*faults[:_MOST_FAULTS_TOLD], *([f"and {rest} more"] if rest > 0 else [])]
    return Check(name=name, kind=CheckKind.PAGE, passed=not faults, message="; ".join(told))


def _one_h1(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    count = len(page.named("h1"))
    if count != 1:
        yield f"the page has {count} h1 headings"


def _heading_order(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    headings = page.named(*_HEADINGS)
    if headings and headings[0].tag != "h1":
        yield f"{headings[0].place} comes before the h1"
    for before, after in pairwise(headings):
        if _level(after) > _level(before) + 1:
            yield f"{after.place} follows {before.place} and skips a level"


def _level(heading: Element) -> int:
    return int(heading.tag[1])


def _contrast(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    found = list(contrast.pairs(page.style))
    if not found:
        yield "the theme names no text colours"
    for pair in found:
        if pair.ratio is None:
            yield f"{pair.scheme}: --{pair.text} or --{pair.surface} is not a hex colour"
        elif pair.ratio < contrast.LEAST:
            yield f"{pair.scheme}: --{pair.text} on --{pair.surface} has a contrast of {pair.ratio:.2f}"


def _weight(html: str, _page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    size = len(html.encode())
    if size > MAX_BYTES:
        yield f"the page weighs {size} bytes; the limit is {MAX_BYTES}"


def _well_formed(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    yield from page.faults
    for tag in ("html", "head", "title", "body", "main", "style"):
        count = len(page.named(tag))
        if count != 1:
            yield f"the page has {count} <{tag}> elements"


def _language(_html: str, page: ParsedPage, document: PageDocument) -> Iterator[str]:
    expected = page_language(document.language)
    for element in page.named("html"):
        said = (element.attributes.get("lang"), element.attributes.get("dir"))
        if said != (expected.tag, expected.direction):
            yield f"<html> says lang and dir {said}, the document {(expected.tag, expected.direction)}"


def _sections(_html: str, page: ParsedPage, document: PageDocument) -> Iterator[str]:
    rendered = [element.attributes.get("id") for element in page.named("section")]
    expected = [section.anchor for section in document.sections]
    if rendered != expected:
        yield f"the page has the sections {rendered}, the document {expected}"


def _unique_ids(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for name, count in page.ids.items():
        if count > 1:
            yield f"the id {name!r} is given {count} times"


def _in_page_links(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.named("a"):
        href = element.attributes.get("href", "")
        if href.startswith("#") and href[1:] not in page.ids:
            yield f"{element.place} links to {href}, which is not on the page"


def _safe_links(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.named("a", "area"):
        href = element.attributes.get("href", "")
        if not href.startswith("#") and not is_safe(href):
            yield f"{element.place} links to {href[:80]!r}"


def _no_scripts(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.named("script"):
        if dict(element.attributes) != {"type": "application/ld+json"}:
            yield f"{element.place} is not JSON-LD"


def _no_inline_code(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.elements:
        for name in element.attributes:
            if name.startswith("on") or name == "style":
                yield f"{element.place} has the attribute {name}"


def _no_external_resources(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.elements:
        loading = sorted(_LOADING_ATTRIBUTES & element.attributes.keys())
        if element.tag != "a" and "href" in element.attributes:
            loading.append("href")
        if element.tag in _LOADING_ELEMENTS or loading or element.attributes.get("http-equiv"):
            yield f"{element.place} may load something ({', '.join(loading) or 'by its name'})"
    for word in _LOADING_CSS:
        if word in page.style.lower():
            yield f"the style uses {word}"


def _named_pictures(_html: str, page: ParsedPage, _document: PageDocument) -> Iterator[str]:
    for element in page.named("svg", "img"):
        named = element.attributes.get("aria-label") if element.attributes.get("role") == "img" else None
        if not named and element.attributes.get("aria-hidden") != "true":
            yield f"{element.place} is neither named nor hidden from assistive technology"


_RULES: Final[dict[str, _Rule]] = {
    "one-h1": _one_h1,
    "heading-order": _heading_order,
    "contrast": _contrast,
    "weight": _weight,
    "well-formed": _well_formed,
    "language": _language,
    "sections": _sections,
    "unique-ids": _unique_ids,
    "in-page-links": _in_page_links,
    "safe-links": _safe_links,
    "no-scripts": _no_scripts,
    "no-inline-code": _no_inline_code,
    "no-external-resources": _no_external_resources,
    "named-pictures": _named_pictures,
}

PAGE_CHECKS: Final = tuple(_RULES)
"""The names of all page checks."""

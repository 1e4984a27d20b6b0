"""Renders a page document as one HTML file that needs nothing else: no script, no request, no font, no image."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.blocks import BlockType, Section, Text
from domain.page import PageDocument
from rendering import art
from rendering.errors import RefusedDocumentError
from rendering.language import page_language
from rendering.links import is_external, mailto_href, safe_href, tel_href
from rendering.markdown import to_html
from rendering.menu import menu
from rendering.plain import without_unseen
from rendering.structured import structured_data
from rendering.theme import stylesheet
from rendering.typesetting import (
    address,
    amount_and_unit,
    fit_one_row,
    headline,
    is_statement,
    own_direction,
    repeats,
    size,
)
from rendering.words import words_for

_TEMPLATES: Final = Path(__file__).parent / "templates"
_OWN_TONE: Final = {
    BlockType.HERO: "paper",
    BlockType.CTA: "deep",
    BlockType.TESTIMONIALS: "warm",
}


def render(document: PageDocument) -> str:
    """Return the page as one HTML5 file; the same document gives the same bytes.

    Raises RefusedLinkError for a link that is not an in-page anchor, http(s), mailto or tel, and RefusedDocumentError
    for a document that cannot be a page (see there).
    """
    document = without_unseen(document)
    _refuse_odd_shape(document.sections)
    language = page_language(document.language)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            document=document,
            language=language,
            words=words_for(language),
            menu=menu(document.sections),
            statements=all(is_statement(text.body) for text in document.sections if isinstance(text, Text)),
            parts=list(zip(document.sections, _tones(document.sections), strict=True)),
            structured=structured_data(document, language),
            stylesheet=stylesheet(document.theme),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, object]", environment.filters).update(
        href=safe_href,
        external=is_external,
        prose=to_html,
        tel=tel_href,
        mailto=mailto_href,
        size=size,
        headline=headline,
        address=address,
        amount_and_unit=amount_and_unit,
        own_direction=own_direction,
    )
    cast("dict[str, object]", environment.tests).update(fitting_one_row=fit_one_row, repeating=repeats)
    cast("dict[str, object]", environment.globals).update(mosaic=art.mosaic, emblem=art.emblem, picture=art.picture)
    return environment


def _refuse_odd_shape(sections: tuple[Section, ...]) -> None:
    heroes = [index for index, section in enumerate(sections) if section.type is BlockType.HERO]
    if heroes != [0]:
        message = f"a page starts with its only hero; this one has heroes at {heroes}"
        raise RefusedDocumentError(message)
    anchor, count = Counter(section.anchor for section in sections).most_common(1)[0]
    if count > 1:
        message = f"each section has an anchor of its own; {count} are {anchor!r}"
        raise RefusedDocumentError(message)


def _tones(sections: tuple[Section, ...]) -> list[str]:
    """Return the surface of each section: two neighbours never share one unless their type has its own."""
    tones: list[str] = []
    for section in sections:
        after_paper = bool(tones) and tones[-1] == "paper"
        tones.append(_OWN_TONE.get(section.type, "mist" if after_paper else "paper"))
    return tones

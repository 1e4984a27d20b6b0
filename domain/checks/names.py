"""The names of the checks and how one is written down."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from domain.check import Check, CheckKind

_MOST_COMPLAINTS: Final = 5
_LONGEST_EXCERPT: Final = 80
_MOST_FACTS: Final = 10


class CheckName(StrEnum):
    """Every check of an outline, a section and a page's advice. Stored with versions: a name is never changed."""

    PLANNABLE = "plannable"
    """Outline: each planned type has its facts in the brief."""
    MUST_HAVE = "must-have"
    """Outline: the sections the brief asks for are there, in its order."""
    SECTION_COUNT = "section-count"
    """Outline: at most 12 sections."""
    TYPE = "type"
    """Section: of the planned type."""
    ANCHOR = "anchor"
    """Section: under the planned anchor."""
    LANGUAGE = "language"
    """Written in the task's language, as far as script and tag tell."""
    LINKS = "links"
    PHONES = "phones"
    EMAILS = "emails"
    PRICES = "prices"
    QUOTES = "quotes"
    NAMES = "names"
    CONTACT = "contact"
    HOURS = "hours"
    STATS = "stats"
    PLACEHOLDERS = "placeholders"
    ALT_TEXT = "alt-text"
    AVOID = "avoid"
    MARKUP = "markup"
    CHARACTERS = "characters"
    TITLE_LENGTH = "title-length"
    """Advice."""
    DESCRIPTION_LENGTH = "description-length"
    """Advice."""
    PEOPLE = "people"
    """Advice: names in prose that the brief does not carry."""
    CLAIMS = "claims"
    """Advice: claims and figures in prose that the brief does not carry."""


def hard(name: CheckName, complaints: Sequence[str]) -> Check:
    """Return a check that has to pass: it does when there are no complaints."""
    return _check(name, CheckKind.SECTION, complaints)


def advice(name: CheckName, complaints: Sequence[str]) -> Check:
    """Return a check that only advises the maker."""
    return _check(name, CheckKind.ADVICE, complaints)


def excerpt(text: str) -> str:
    """Return the beginning of `text` in quotation marks, on one line and without control characters."""
    line = " ".join(text.split())
    shown = "".join(character if character.isprintable() else "?" for character in line[:_LONGEST_EXCERPT])
    return f'"{shown}…"' if len(line) > _LONGEST_EXCERPT else f'"{shown}"'


def listing(facts: Sequence[str], nothing: str) -> str:
    """Return the first ten of `facts` for a message; `nothing` when there are none."""
    if not facts:
        return nothing
    shown = ", ".join(excerpt(fact) for fact in facts[:_MOST_FACTS])
    return f"{shown}, …" if len(facts) > _MOST_FACTS else shown


def _check(name: CheckName, kind: CheckKind, complaints: Sequence[str]) -> Check:
    shown = list(dict.fromkeys(complaints))
    rest = len(shown) - _MOST_COMPLAINTS
    message = "; ".join(shown[:_MOST_COMPLAINTS]) + (f"; and {rest} more like these" if rest > 0 else "")
    return Check(name=name.value, kind=kind, passed=not shown, message=message)

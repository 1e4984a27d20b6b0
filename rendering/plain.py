"""Text without what a reader cannot see and a browser acts on."""

import re
import unicodedata
from typing import Final

from pydantic import JsonValue, ValidationError

from domain.page import PageDocument
from rendering.errors import RefusedDocumentError

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls that HTML forbids
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides: text that reads other than it is (Unicode TR36)
    "\ufdd0-\ufdef\ufffe\uffff\ufeff\ud800-\udfff]"  # noncharacters, byte order mark, lone surrogates
    "|[\U000e0000-\U000e007f]"  # tags: invisible text
)


def without_unseen(document: PageDocument) -> PageDocument:
    """Return the document without control characters, bidirectional overrides and invisible tags in any text.

    Marks that languages need (ZWNJ, ZWJ, LRM, RLM) stay. Raises RefusedDocumentError when a text holds nothing else.
    """
    try:
        return PageDocument.model_validate(_clean(document.model_dump(mode="json")))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        message = f"{place} holds nothing that can be shown"
        raise RefusedDocumentError(message) from None


def width(text: str) -> int:
    """Return how many columns a text takes: East Asian wide characters count two."""
    return sum(2 if _is_wide(character) else 1 for character in text)


def longest_word(text: str) -> int:
    """Return the length of the longest run that a line cannot break in: wide characters break anywhere."""
    words = "".join(" " if _is_wide(character) else character for character in text).split()
    return max(map(len, words), default=0)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _clean(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _UNSEEN.sub("", value)
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    return value

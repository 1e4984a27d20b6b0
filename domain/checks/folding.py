"""Text as its reader sees it, in one spelling, so that facts can be compared.

Digits of every script become ASCII digits, look-alike dashes and spaces one character each; what nobody sees
(zero-width characters, variation selectors, bidi marks, loose combining marks) disappears.
"""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

_SHORT_SUPERSCRIPT: Final = re.compile(
    r"(?<![\u00b2\u00b3\u00b9\u2070-\u2079])[\u00b2\u00b3\u00b9\u2070-\u2079]{1,3}(?![\u00b2\u00b3\u00b9\u2070-\u2079])"
)
"""A footnote mark or an exponent: not part of the number before it."""

_LINE_ENDS: Final = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_SAME: Final = {
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u301c": "~",  # wave dash
    "\u066b": ".",  # Arabic decimal separator
    "\u066c": ",",  # Arabic thousands separator
    "\u0640": "",  # tatweel
}
_UNSEEN: Final = frozenset({"Cf", "Cc", "Cs"})
_UNSEEN_BLOCKS: Final = (range(0x300, 0x370), range(0x64B, 0x653), range(0x20D0, 0x2100), range(0xFE00, 0xFE10))
"""Marks that stand loose where no letter has taken them in, Arabic vowel signs, and variation selectors."""
_QUOTE_MARKS: Final = re.compile(r"[\"'`\u201a-\u201f\u2039\u203a\u00ab\u00bb\u300c-\u300f\u301d-\u301f\uff02\uff07]")
_LONGEST_LIGATURE: Final = "\ufdfa"
"""A formula of 18 letters in one character: spelled out, it would make a text 18 times as long and say no fact."""
_UNESCAPE_ROUNDS: Final = 3


def unescape(text: str) -> str:
    """Return `text` with HTML character references replaced, also those that were escaped twice."""
    for _ in range(_UNESCAPE_ROUNDS):
        plain = html.unescape(text) if "&" in text else text
        if plain == text:
            break
        text = plain
    return text


def fold(text: str) -> str:
    """Return `text` in its folded spelling. Line ends stay, as line feeds; every other blank is a space."""
    plain = _SHORT_SUPERSCRIPT.sub("", unescape(text)).replace(_LONGEST_LIGATURE, " ")
    return unicodedata.normalize("NFKC", plain).translate(_Folding())


def one_line(text: str) -> str:
    """Return `text` folded, without quotation marks and in lower case, its words apart by single spaces.

    Two spellings of a name, an address or opening hours are the same when this is.
    """
    bare = _QUOTE_MARKS.sub("", fold(text)).casefold()
    return " ".join(re.sub(r" ?([-~,:/]) ?", r"\1", " ".join(bare.split())).split())


def verbatim(text: str) -> str:
    """Return `text` without blanks and quotation marks: two quotes are word for word the same when this is."""
    return "".join(_QUOTE_MARKS.sub("", fold(text)).split())


class _Folding:
    """The translation table of `fold`."""

    def __getitem__(self, code: int) -> str:
        return _folded(code)


@lru_cache(maxsize=8192)
def _folded(code: int) -> str:
    character = chr(code)
    if character in _LINE_ENDS:
        return "\n"
    if character.isspace():
        return " "
    if character in _DASHES:
        return "-"
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return "" if _is_unseen(code, character) else _SAME.get(character, character)


def _is_unseen(code: int, character: str) -> bool:
    return any(code in block for block in _UNSEEN_BLOCKS) or unicodedata.category(character) in _UNSEEN

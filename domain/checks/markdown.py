"""The Markdown subset of prose, as far as checks must see through it: link targets, and the text a reader sees."""

import re
from typing import Final

from domain.checks.folding import unescape
from domain.checks.web import spell_addresses

_TARGET: Final = re.compile(
    r"\]\(\s{0,9}(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))(?P<after>[\s)]?)"
)
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_LIST_MARK: Final = re.compile(r"^[ \t]{0,8}(?:\d{1,9}[.)]|[-+*])(?=[ \t])", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"[*`~]|(?<![^\W_])_+|_+(?![^\W_])")


def targets(prose: str) -> tuple[str, ...]:
    """Return the addresses of the links in prose, unescaped; an address that cannot be told for sure is empty."""
    return tuple(_target(match) for match in _TARGET.finditer(prose))


def visible(prose: str) -> str:
    """Return what a reader sees of prose: without emphasis, list marks, escapes and link addresses."""
    text = _LIST_MARK.sub("", _TARGET.sub(" ", prose))
    spelled = spell_addresses(_EMPHASIS.sub("", _ESCAPE.sub(r"\1", text)))  # before `[at]` loses its brackets
    return spelled.replace("[", "").replace("]", "")


def _target(match: re.Match[str]) -> str:
    if not match["after"]:
        return ""
    address = match["bare"] if match["angled"] is None else match["angled"]
    return unescape(_ESCAPE.sub(r"\1", address))

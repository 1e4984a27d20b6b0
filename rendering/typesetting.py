"""How text is set: what is large, what stays on one line, which way it runs."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup

from domain.blocks import Plan
from rendering.plain import longest_word, width

Size = Literal["large", "medium", "small"]
Direction = Literal["ltr", "rtl"]

_COMPOUND: Final = re.compile(r"(?<![\w-])\w+(?:-\w+)+(?![\w-])")
_LONGEST_WHOLE: Final = 14
"""A longer compound may break at its hyphens: it would not fit the line of a narrow phone."""
_PHRASE: Final = re.compile(r"[^,\u060c\u3001]+(?:[,\u060c\u3001]\s*|$)")
_LONGEST_PHRASE: Final = 22
_UNIT: Final = re.compile(r"(?<=[^\s/])\s*/\D+$")
_WORD: Final = re.compile(r"\w+")
_STATEMENT: Final = 240
_FOUR_PLANS: Final = 4
_BRIEF_WORD: Final = 13
_BRIEF_PRICE: Final = 10
_STRONG: Final = frozenset({"L", "R", "AL"})


def size(text: str, line: int, word: int | None = None) -> Size:
    """Return the type size that suits a text; `line` is how many columns the largest size leaves room for.

    `word` is the longest word a narrow phone's line holds in all sizes but the smallest: a longer one would break.
    """
    if width(text) > 2 * line or (word is not None and longest_word(text) > word):
        return "small"
    return "medium" if width(text) > line or longest_word(text) > line // 2 else "large"


def headline(text: str) -> Markup:
    """Return a heading that breaks no short compound at its hyphen."""
    return _with_whole(text, _COMPOUND, _LONGEST_WHOLE)


def address(text: str) -> Markup:
    """Return an address that breaks after its commas, but where what stands between them is long."""
    return _with_whole(text, _PHRASE, _LONGEST_PHRASE)


def amount_and_unit(price: str) -> tuple[str, str]:
    """Return a price's amount and what follows from a slash: `$49` and ` / month`. Together they are the price."""
    unit = _UNIT.search(price)
    return (price, "") if unit is None else (price[: unit.start()], unit[0])


def repeats(text: str, heading: str) -> bool:
    """Return whether a text says word for word what its heading says."""
    said = _WORD.findall(text.casefold())
    return bool(said) and said == _WORD.findall(heading.casefold())


def is_statement(body: str) -> bool:
    """Return whether running text may stand large: one paragraph of a sentence or two."""
    return "\n" not in body.strip() and width(body) <= _STATEMENT


def fit_one_row(plans: Sequence[Plan]) -> bool:
    """Return whether four plans are so short that their cards fit side by side on a desk."""
    texts = (text for plan in plans for text in (plan.name, plan.text or "", *plan.features))
    short = all(longest_word(text) <= _BRIEF_WORD for text in texts)
    return len(plans) == _FOUR_PLANS and short and all(width(plan.price) <= _BRIEF_PRICE for plan in plans)


def _with_whole(text: str, whole: re.Pattern[str], longest: int) -> Markup:
    """Return a text whose parts that match, and take at most `longest` columns, stay on one line each."""
    parts: list[Markup | str] = []
    end = 0
    for match in whole.finditer(text):
        part = match[0].rstrip()
        if part and width(part) <= longest:
            parts += [text[end : match.start()], Markup('<span class="whole">{}</span>').format(part)]
            end = match.start() + len(part)
    return Markup("").join([*parts, text[end:]])


def own_direction(text: str, page: Direction) -> Direction | Literal["auto"]:
    """Return the direction to set a fact in: its letters', or the page's when it has none.

    Without the page's, a span of times with a dash would read from its end on a right-to-left page.
    """
    return "auto" if any(unicodedata.bidirectional(character) in _STRONG for character in text) else page

"""Numbers as people write them, in one spelling: `1.200,50`, `1,200.50` and `1 200,50` are all `1200.5`."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(
    r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?"  # 12 500,00
    r"|\d+(?:[.,']\d+)*"
)
_MAGNITUDE: Final = re.compile(
    r" ?(?:(?P<thousand>k(?![a-z])|tsd\.?|thousand|tausend|тыс\.?|ألف|آلاف)"
    r"|(?P<million>million(?:en|s|es)?|millones|milioni|miljoen|milhões|mio\.?|mln\.?|млн|مليون)"
    r"|(?P<billion>billions?|milliarden?|milliards?|mrd\.?|miliardi|миллиардов|مليار))(?![^\W\d_])",
    re.IGNORECASE,
)
_ZEROS: Final = {"thousand": 3, "million": 6, "billion": 9}
_COUNTED: Final = re.compile(r"(?<![\d,.])(?:\d[\d,.]{0,15}+[千천]?[万萬만億亿억]?(?<![\d,.]))++(?:\d{1,8}(?!\d))?")
_COUNT_PARTS: Final = re.compile(r"(\d[\d,.]*)?([千천])?([万萬만億亿억])?")
_MYRIADS: Final = {"億": 8, "亿": 8, "억": 8, "万": 4, "萬": 4, "만": 4}
_GROUP: Final = 3


@dataclass(frozen=True, slots=True)
class Number:
    """A number found at `[start, end)` of a text. `value` is canonical: no leading or trailing zeros, `.` decimal."""

    value: str
    start: int
    end: int


def spell_out(folded: str) -> str:
    """Return folded text with East Asian counting units written as digits: `1万2000円` is `12000円`."""
    return _COUNTED.sub(_digits_of_count, folded)


def find_numbers(folded: str) -> tuple[Number, ...]:
    """Return the numbers of a folded text, in order. `5 Mio.` and `10k` count what they say."""
    return tuple(_number(folded, match) for match in _NUMBER.finditer(folded))


def canonical(raw: str) -> str:
    """Return the canonical spelling of a number with whatever separators.

    A single separator before three digits parts thousands (no currency or count has three decimals in common use),
    unless only a zero stands before it.
    """
    if raw.isdigit():
        return raw.lstrip("0") or "0"
    bare = raw.replace("'", "").replace(" ", "")
    marks = [mark for mark in bare if mark in ".,"]
    if not marks:
        return _trimmed(bare, "")
    head, _, tail = bare.rpartition(marks[-1])
    parts = re.split(r"[.,]", bare)
    if len(set(marks)) > 1:
        return _trimmed(re.sub(r"[.,]", "", head), tail)
    if all(len(part) == _GROUP for part in parts[1:]) and parts[0].strip("0"):
        return _trimmed("".join(parts), "")
    return _trimmed(head, tail) if len(marks) == 1 else bare


def shifted(value: str, places: int) -> str:
    """Return a canonical number times ten to the power of `places`."""
    whole, _, fraction = value.partition(".")
    if "." in fraction or "," in value:  # a date or a version, not a quantity
        return value
    if places >= 0:
        fraction = fraction.ljust(places, "0")
        return _trimmed(whole + fraction[:places], fraction[places:])
    whole = whole.rjust(1 - places, "0")
    return _trimmed(whole[:places], whole[places:] + fraction)


def is_less(one: str, other: str) -> bool:
    """Return whether one canonical number is less than another."""
    (whole, _, part), (other_whole, _, other_part) = one.partition("."), other.partition(".")
    return (len(whole), whole, part) < (len(other_whole), other_whole, other_part)


def _trimmed(whole: str, fraction: str) -> str:
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _number(folded: str, match: re.Match[str]) -> Number:
    value, end = canonical(match[0]), match.end()
    unit = _MAGNITUDE.match(folded, end)
    if unit is not None and unit.lastgroup is not None:
        value, end = shifted(value, _ZEROS[unit.lastgroup]), unit.end()
    return Number(value, match.start(), end)


def _digits_of_count(match: re.Match[str]) -> str:
    total, myriad = Decimal(0), Decimal(0)
    for number, thousands, unit in _COUNT_PARTS.findall(match[0]):
        myriad += Decimal(_decimal(number)) * (1000 if thousands else 1)
        if unit:
            total, myriad = total + myriad.scaleb(_MYRIADS[unit]), Decimal(0)
    return f"{total + myriad:f}"


def _decimal(number: str) -> str:
    value = canonical(number.rstrip(".,")) if number else "0"
    return value if value.count(".") <= 1 else "0"

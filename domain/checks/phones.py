"""Phone numbers in running text, told from dates, prices, ISBNs and counts; comparison by their digits."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_NEXT_DIGIT: Final = r"[ ()./-]{0,3}\d"
_BEGINNING: Final = r"(?<!\d)(?!(?<=\d,)\d{3}(?!\d))\d"
"""Not within a number, nor at the last thousands of one: 200 of 1,200."""
_NEXT_WORD: Final = r" {1,3}\d{1,2}(?!x ?\d)[^\W\d_]"
"""A short figure with letters behind it (3rd, 24h), but not the end of a number with an extension (42x5)."""
_NEXT_SENTENCE: Final = r" ?\. "
_RUN: Final = re.compile(
    rf"(?:\+\(?|\(|(?=0)){_BEGINNING}(?:(?!{_NEXT_WORD}){_NEXT_DIGIT})*"
    rf"|{_BEGINNING}(?:(?!{_NEXT_WORD}|{_NEXT_SENTENCE}){_NEXT_DIGIT})*"
)
"""What may be a number on the page. One that begins like a number (+, a bracket, 0) goes on over a full stop."""
_GIVEN_RUN: Final = re.compile(rf"\+?\(?\d(?:{_NEXT_DIGIT})*")
"""What may hold a number the maker gave: as much as can be read as one."""
_GROUPS: Final = re.compile(r"\d+")
_FEWEST_DIGITS: Final = 7
_SHORTEST_GIVEN: Final = 3
_MOST_GROUPS: Final = 8
_COUNTRY_CODE_DIGITS: Final = 3
_ISBN_DIGITS: Final = 13

_YEAR: Final = r"(?:1[5-9]|20|21)\d\d"
_DATES: Final = re.compile(rf"(?:\d{{1,2}}|{_YEAR})(?:[ ./-]{{1,3}}(?:\d{{1,2}}|{_YEAR}))*")
_COMPACT_DATE: Final = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_TIMES: Final = re.compile(r"\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}")
_COUNT: Final = re.compile(r"\d{1,3}(?:\.\d{3})+|[1-9]\d?(?: \d{3})+|[1-9]\d{2}(?: \d{3})* 000")
_COORDINATE: Final = re.compile(r"(?:[1-9]\d?|0)\.\d{4,}")
_ROUND_RANGE: Final = re.compile(r"([1-9]\d{2,3}) ?- ?([1-9]\d{2,4}0)")
_TRUNK_ZERO: Final = re.compile(r"\(0\)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number spelled at `[start, end)` of a folded text."""

    spelled: str
    start: int
    end: int


def digits_of(spelled: str) -> str:
    """Return the digits of a phone number, a leading `00` taken for the `+` it stands for."""
    digits = "".join(_GROUPS.findall(spelled))
    return digits[2:] if digits.startswith("00") and not spelled.lstrip("( ").startswith("+") else digits


def find_phones(folded: str, prices: Sequence[tuple[int, int]] = ()) -> tuple[Phone, ...]:
    """Return what reads as a phone number: seven digits or more that are no date, price, ISBN or count.

    `prices` are the spans of amounts already found, which are skipped.
    """
    priced = {position for start, end in prices for position in range(start, end)}
    return tuple(
        Phone(match[0], match.start(), match.end())
        for match in _RUN.finditer(folded)
        if _is_phone(folded, match) and not _all_priced(match, priced)
    )


class KnownPhones:
    """The digits the maker gave, against which a number on the page is held."""

    def __init__(self, folded: Iterable[str], given: str | None = None) -> None:
        """Take the digit runs of folded texts, whole, without an extension, and apart where two follow each other.

        `given` is a folded phone number as such, which may be as short as 112.
        """
        self._known: set[str] = set()
        self._country_codes: dict[str, set[str]] = {}
        if given is not None and len(digits_of(given)) >= _SHORTEST_GIVEN:
            self._known.add(digits_of(given))
        for text in folded:
            for match in _GIVEN_RUN.finditer(text):
                self._learn(match[0])

    def __contains__(self, spelled: str) -> bool:
        """Return whether a number is one of these, perhaps without its country code: `030 ...` for `+49 30 ...`."""
        digits = digits_of(spelled)
        if digits in self._known or digits_of(_TRUNK_ZERO.sub("", spelled)) in self._known:
            return True
        return not spelled.startswith("+") and self._lacks_country_code(digits)

    def _lacks_country_code(self, digits: str) -> bool:
        national = digits.removeprefix("0")
        if len(national) < _FEWEST_DIGITS - 1:
            return False
        codes = self._country_codes.get(national, set())
        marks_national = digits.startswith("0")
        return "1" in codes or (marks_national and bool(codes))

    def _learn(self, run: str) -> None:
        for spelled in {run, _TRUNK_ZERO.sub("", run)}:
            groups = _GROUPS.findall(spelled)
            for first in _beginnings(groups):
                for last in range(first + 1, min(first + _MOST_GROUPS, len(groups)) + 1):
                    self._add("".join(groups[first:last]))
            self._add(digits_of(spelled))

    def _add(self, digits: str) -> None:
        if len(digits) < _FEWEST_DIGITS:
            return
        self._known |= {digits, digits_of(digits)}
        for length in range(1, _COUNTRY_CODE_DIGITS + 1):
            self._country_codes.setdefault(digits[length:], set()).add(digits[:length])


def _beginnings(groups: Sequence[str]) -> Iterator[int]:
    """Yield where a number may begin in a run of digit groups: at its start, and at a trunk 0 after a whole number."""
    digits = _FEWEST_DIGITS
    for index, group in enumerate(groups):
        if digits >= _FEWEST_DIGITS and (index == 0 or group.startswith("0")):
            yield index
            digits = 0
        digits += len(group)


def _is_phone(folded: str, match: re.Match[str]) -> bool:
    run = match[0]
    digits = "".join(_GROUPS.findall(run))
    if len(digits) < _FEWEST_DIGITS:
        return False
    if run.startswith(("+", "(")):
        return True
    return not (_is_date(run) or _is_quantity(run) or _is_isbn(folded, match, digits))


def _is_date(run: str) -> bool:
    if _COMPACT_DATE.fullmatch(run) or _TIMES.fullmatch(run):
        return True
    has_year = any(re.fullmatch(_YEAR, group) for group in _GROUPS.findall(run))
    return has_year and _DATES.fullmatch(run) is not None


def _is_quantity(run: str) -> bool:
    if _COUNT.fullmatch(run) or _COORDINATE.fullmatch(run):
        return True
    ends = _ROUND_RANGE.fullmatch(run)
    return ends is not None and int(ends[1]) < int(ends[2])


def _is_isbn(folded: str, match: re.Match[str], digits: str) -> bool:
    if "isbn" in folded[max(0, match.start() - 15) : match.start()].casefold():
        return True
    if len(digits) != _ISBN_DIGITS or not digits.startswith(("978", "979")):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _all_priced(match: re.Match[str], priced: set[int]) -> bool:
    return bool(priced) and all(
        position in priced for position in range(match.start(), match.end()) if match.string[position].isdigit()
    )

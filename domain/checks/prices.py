"""Prices: amounts of money in running text, in any digits, with any currency's sign, code or word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.checks.currencies import CURRENCY, meaning
from domain.checks.numbers import Number, is_less, shifted

_BEFORE: Final = " :=)"
_LONGEST_GAP: Final = 3
_BEHIND: Final = re.compile(r"(?:,-{1,2}|\.-{1,2}| ?\()? ?")
_DASH: Final = re.compile(r" ?[-~] ?")
_UP_TO: Final = re.compile(r" ?(?:-|~|to|bis|à|až|до|إلى|حتى|から|or|oder|ou) ?", re.IGNORECASE)
_CLAUSE_END: Final = re.compile(r"\s*(?:$|[.,;:)!?\n]|/ ?[^\W\d]|(?:per|pro|par|each|je)\b)")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money: a canonical number and the ISO 4217 codes its currency may mean."""

    value: str
    currencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Price:
    """An amount and where the folded text spells it."""

    amount: Amount
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    currencies: frozenset[str]
    places: int
    only_behind: bool
    """Whether it is a currency behind a number only."""


def find_prices(folded: str, numbers: Sequence[Number]) -> tuple[Price, ...]:
    """Return the amounts among the numbers of a folded text, in order; both ends of a range such as `10-12 €`."""
    tokens = [
        _Token(match.start(), match.end(), *meaning(match), only_behind=match.lastgroup == "behind")
        for match in CURRENCY.finditer(folded)
    ]
    if not tokens:
        return ()
    prices = _Pairing(folded, tokens).prices(numbers)
    return tuple(price for price in _with_ranges(folded, numbers, prices) if price is not None)


def currencies_in(folded: str) -> frozenset[str]:
    """Return the codes of every currency a folded text speaks of, with or without an amount."""
    return frozenset(code for match in CURRENCY.finditer(folded) for code in meaning(match)[0])


class _Pairing:
    """Gives each number its currency: the one before it, else the one behind it; none is given twice."""

    def __init__(self, folded: str, tokens: Sequence[_Token]) -> None:
        self._folded = folded
        self._by_start: Mapping[int, _Token] = {token.start: token for token in tokens}
        self._by_end: Mapping[int, _Token] = {token.end: token for token in tokens}

    def prices(self, numbers: Sequence[Number]) -> list[Price | None]:
        used = -1
        found: list[Price | None] = []
        for number in numbers:
            token = self._before(number, used) or self._behind(number)
            if token is None:
                found.append(None)
                continue
            used = token.start
            amount = Amount(shifted(number.value, token.places), token.currencies)
            found.append(Price(amount, min(number.start, token.start), max(number.end, token.end)))
        return found

    def _before(self, number: Number, used: int) -> _Token | None:
        for gap in range(_LONGEST_GAP + 1):
            position = number.start - gap
            token = self._by_end.get(position)
            if token is not None:
                return None if token.start == used or token.only_behind else token
            if position <= 0 or self._folded[position - 1] not in _BEFORE:
                break
        return None

    def _behind(self, number: Number) -> _Token | None:
        gap = _BEHIND.match(self._folded, number.end)
        position = number.end if gap is None else gap.end()
        token = self._by_start.get(position)
        if token is None:
            return None
        of_the_next = position > number.end and self._folded[token.end : token.end + 1].isdigit()
        return None if of_the_next else token


def _with_ranges(folded: str, numbers: Sequence[Number], prices: list[Price | None]) -> list[Price | None]:
    """Return the prices with those added that share their currency with the other end of a range."""
    whole = list(prices)
    for index in range(len(numbers) - 1):
        low, high = numbers[index], numbers[index + 1]
        between = folded[low.end : high.start]
        if len(between) > _LONGEST_GAP + 4 or not is_less(low.value, high.value):
            continue
        one, other = prices[index], prices[index + 1]
        if one is None and other is not None and other.start == high.start and _UP_TO.fullmatch(between):
            whole[index] = _sharing(other, low)
        if one is not None and other is None and one.end == low.end and _continues(folded, between, high):
            whole[index + 1] = _sharing(one, high)
    return whole


def _continues(folded: str, between: str, high: Number) -> bool:
    if _DASH.fullmatch(between) and " " not in between:
        return True
    return bool(_UP_TO.fullmatch(between) and _CLAUSE_END.match(folded, high.end))


def _sharing(price: Price, number: Number) -> Price:
    return replace(price, amount=replace(price.amount, value=number.value), start=number.start, end=number.end)

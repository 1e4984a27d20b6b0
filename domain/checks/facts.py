"""The facts a page may state: the brief's, and what the maker says in an instruction."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from pydantic import BaseModel

from domain.brief import Brief, Contact
from domain.checks.folding import fold, one_line, verbatim
from domain.checks.numbers import canonical, find_numbers
from domain.checks.numerals import numerals
from domain.checks.phones import KnownPhones
from domain.checks.prices import Amount, currencies_in
from domain.checks.reading import Reading, read
from domain.checks.web import host_of, url_key

_WISHES: Final = {"avoid", "tone", "language", "sections"}
"""Fields of a brief that say how to write, not what is so."""

_STRUCTURED: Final = {"name", "links", "contact", "opening_hours", "prices", "quotes", "people"}
"""Fields of a brief that hold facts to be repeated letter by letter."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the maker said, read once, in the spellings it is compared in."""

    brief: Brief
    reading: Reading
    """Of everything the maker said."""
    line: str
    """Everything as `one_line`, one fact a line."""
    words: str
    """Everything as `verbatim`, one fact a line."""
    granted: str
    """What was said besides the brief, as `one_line`."""
    granted_words: str
    """What was said besides the brief, as `verbatim`."""
    phones: KnownPhones
    emails: frozenset[str]
    urls: frozenset[str]
    amounts: Mapping[str, frozenset[str]]
    """The currencies of each amount, by its canonical number."""
    numbers: frozenset[str]
    literal: frozenset[str]
    """The structured facts as `one_line`: names, prices, quotes and the like that are repeated as they are."""

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the web addresses, without `www.`."""
        return frozenset(host_of(key) for key in self.urls)

    def has_amount(self, amount: Amount) -> bool:
        """Return whether the maker gave this amount in this currency: `$49` is `49 USD` and is not `49 €`."""
        return not amount.currencies.isdisjoint(self.amounts.get(amount.value, ()))


def facts_of(brief: Brief, *granted: str) -> Facts:
    """Return the facts of a brief and of texts `granted` besides it.

    A section's instruction is granted: a price, phone number or address in the maker's own words is as good as one in
    the brief. So is the section as it stands, which held only facts when it was checked.
    """
    return _facts_of(brief, *granted)


def _read_facts(brief: Brief, *granted: str) -> Facts:
    said = [*brief_texts(brief), *granted]
    reading = read("\n".join(said))
    contact = brief.contact or Contact()
    found_emails = (key for mention in reading.emails for key in mention.keys)
    literal = _strings(brief.model_dump(mode="python", by_alias=False, include=_STRUCTURED))
    return Facts(
        brief=brief,
        reading=reading,
        line="\n".join(map(one_line, said)),
        words="\n".join(map(verbatim, said)),
        granted="\n".join(map(one_line, granted)),
        granted_words="\n".join(map(verbatim, granted)),
        phones=KnownPhones([reading.plain], fold(contact.phone) if contact.phone else None),
        emails=frozenset((*found_emails, *((contact.email.casefold(),) if contact.email else ()))),
        urls=_urls(brief, reading),
        amounts=_amounts(brief, reading),
        numbers=_numbers(reading),
        literal=frozenset(map(one_line, literal)),
    )


# Reading a brief is most of a check's CPU, and every section of a page asks for it.
_facts_of: Final[Callable[..., Facts]] = lru_cache(maxsize=64)(_read_facts)


def brief_texts(brief: Brief) -> tuple[str, ...]:
    """Return every string of a brief that says what is so, not how to write it."""
    return tuple(_strings(brief.model_dump(mode="python", by_alias=False, exclude=_WISHES)))


def texts_of(document: BaseModel) -> tuple[str, ...]:
    """Return every string of a document, for granting it."""
    return tuple(_strings(document.model_dump(mode="json")))


def mentions(line: str, phrase: str) -> bool:
    """Return whether a `one_line` text holds a `one_line` phrase as whole words."""
    return bool(phrase) and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", line) is not None


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in cast("dict[str, object]", value).values():
                yield from _strings(inner)
        case list() | tuple():
            for inner in cast("Sequence[object]", value):
                yield from _strings(inner)
        case _:
            return


def _urls(brief: Brief, reading: Reading) -> frozenset[str]:
    given = (url_key(link.url) for link in brief.links)
    found = (key for mention in reading.urls for key in mention.keys)
    return frozenset(key for key in (*given, *found) if key is not None)


def _numbers(reading: Reading) -> frozenset[str]:
    values = [number.value for number in reading.numbers]
    parts_of_dates = (canonical(part) for value in values if value.count(".") > 1 for part in value.split(".") if part)
    return frozenset((*values, *parts_of_dates)) | numerals(reading.folded)


def _amounts(brief: Brief, reading: Reading) -> dict[str, frozenset[str]]:
    amounts: dict[str, frozenset[str]] = {}
    for amount in (*(price.amount for price in reading.prices), *_bare_prices(brief, reading)):
        amounts[amount.value] = amounts.get(amount.value, frozenset()) | amount.currencies
    return amounts


def _bare_prices(brief: Brief, reading: Reading) -> Iterator[Amount]:
    """Yield the prices given as mere numbers, in the currencies the brief speaks of elsewhere."""
    currencies = currencies_in(reading.plain)
    for price in brief.prices:
        read_price = read(price.price)
        if not read_price.prices:
            for number in find_numbers(read_price.plain):
                yield Amount(number.value, currencies)

"""A text read once: every address, phone number, price and number in it."""

from dataclasses import dataclass

from domain.checks.folding import fold
from domain.checks.numbers import Number, find_numbers, spell_out
from domain.checks.phones import Phone, find_phones
from domain.checks.prices import Price, find_prices
from domain.checks.web import Mention, find_emails, find_urls, masked, spell_addresses


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text states. All positions are in `folded`; numbers include those of prices and phones."""

    folded: str
    plain: str
    """`folded` with its e-mail and web addresses blanked out."""
    emails: tuple[Mention, ...]
    urls: tuple[Mention, ...]
    prices: tuple[Price, ...]
    phones: tuple[Phone, ...]
    numbers: tuple[Number, ...]


def read(text: str) -> Reading:
    """Read a text as its reader sees it, without markup."""
    folded = spell_out(spell_addresses(fold(text)))
    emails = find_emails(folded)
    without_emails = masked(folded, emails)
    urls = find_urls(without_emails)
    plain = masked(without_emails, urls)
    numbers = find_numbers(plain)
    prices = find_prices(plain, numbers)
    phones = find_phones(plain, [(price.start, price.end) for price in prices])
    return Reading(folded, plain, emails, urls, prices, phones, numbers)

"""Which links a page may carry. The section checks hold the same; the renderer holds it again."""

import re
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from rendering.errors import RefusedLinkError

_ANCHOR: Final = re.compile(r"#[a-z][a-z0-9-]{0,39}")
_NEVER_IN_A_URL: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\<>\"`{}|^]")
_MAIL: Final = re.compile(r"mailto:[^@\s?&,;:/]+@[^@\s?&,;:/]+(\?\S*)?", re.IGNORECASE)
_TEL: Final = re.compile(r"tel:\+?[0-9][0-9().-]*(;[a-z0-9=.+-]+)*", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^@\s<>?&,;:/\"\\]+@[^@\s<>?&,;:/\"\\]+\.[^@\s<>?&,;:/\"\\]+")
_NATIONAL_NUMBER: Final = re.compile(r"\(?[0-9][0-9\s()./\-\u2010-\u2015\xa0]{2,}")
_MOST_DIGITS: Final = 15
"""E.164's limit; what is longer is not one number."""


def is_external(href: str) -> bool:
    """Return whether `href` leaves the page for a web address."""
    return href.lower().startswith(("http://", "https://"))


def is_safe(href: str) -> bool:
    """Return whether `href` is `#anchor`, or a whole http, https, mailto or tel URL."""
    if _ANCHOR.fullmatch(href):
        return True
    if _NEVER_IN_A_URL.search(href):
        return False
    if is_external(href):
        return _has_host(href)
    return bool(_MAIL.fullmatch(href) or _TEL.fullmatch(href))


def safe_href(href: str) -> str:
    """Return `href` unchanged. Raises RefusedLinkError when `is_safe` does not hold."""
    if not is_safe(href):
        message = (
            f"the link {href[:80]!r} is not an in-page #anchor, http(s), mailto or tel URL: correct it in its block"
        )
        raise RefusedLinkError(message)
    return href


def tel_href(phone: str) -> str | None:
    """Return the tel URL (RFC 3966) of a phone number as people write it; None when it is not plainly one number."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return _national(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)


def mailto_href(email: str) -> str | None:
    """Return the mailto URL of an e-mail address; None when it is not one address."""
    return f"mailto:{email}" if _EMAIL.fullmatch(email) else None


def _national(phone: str) -> str | None:
    if not _NATIONAL_NUMBER.fullmatch(phone):
        return None
    digits = "".join(character for character in phone if character in "0123456789")
    return f"tel:{digits}" if len(digits) <= _MOST_DIGITS else None


def _has_host(href: str) -> bool:
    try:
        return bool(urlsplit(href).hostname)
    except ValueError:
        return False

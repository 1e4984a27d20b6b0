"""Slugs: short ASCII names for addresses, also for names written without Latin letters."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from anyascii import anyascii

from domain.brief import Brief

_LONGEST: Final = 60
_SHORTEST: Final = 3
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
_APOSTROPHES: Final = re.compile(r"['’`´]")
_READ_BY_SOUND: Final = re.compile("[\u0590-\u08ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Arabic and Hebrew leave vowels out and Japanese reads its characters in ways a table cannot know: the domain a
business chose for itself spells its name better than a transliteration."""
_UMLAUTS: Final[Mapping[str, str]] = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_COMMON_HOSTS: Final = frozenset(
    [
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "yahoo",
        "icloud",
        "proton",
        "protonmail",
        "gmx",
        "web",
        "mail",
        "instagram",
        "facebook",
        "x",
        "twitter",
        "youtube",
        "tiktok",
        "linkedin",
        "github",
        "gitlab",
        "codeberg",
        "mastodon",
        "google",
        "maps",
        "goo",
        "bit",
        "wikipedia",
        "example",
    ]
)
_NOT_NAMES: Final = frozenset(
    [
        "www",
        "www2",
        "m",
        "mail",
        "info",
        "com",
        "net",
        "org",
        "edu",
        "gov",
        "co",
        "ac",
        "or",
        "ne",
        "go",
        "jp",
        "uk",
        "de",
        "example",
        "test",
    ]
)


def slug(text: str, brief: Brief, language: str) -> str:
    """Return the slug of a page about `text`; `page` when neither the text nor the brief's domains can be spelled."""
    candidates = [text, *_domains(brief)]
    if _READ_BY_SOUND.search(text):
        latin = " ".join(re.findall(r"[A-Za-z][A-Za-z0-9'’& -]*", unicodedata.normalize("NFKC", text)))
        candidates = [latin if len(latin.strip()) > _SHORTEST else "", *_domains(brief), text]
    spelled = (_spell(candidate, language) for candidate in candidates)
    return next((name for name in spelled if name), "page")


def _spell(text: str, language: str) -> str:
    if language.partition("-")[0].lower() in {"de", "fi", "sv"}:
        text = "".join(_UMLAUTS.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    ascii_text = anyascii(_APOSTROPHES.sub("", text).replace("&", " "))
    parts = [part for part in _NOT_SLUG.split(ascii_text.lower()) if part]
    name = ""
    for part in parts:
        longer = f"{name}-{part}" if name else part[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        name = longer
    return name


def _domains(brief: Brief) -> Iterator[str]:
    """Yield the name in each domain of the brief, without hosts many share."""
    email = brief.contact.email if brief.contact else None
    hosts = [email.rpartition("@")[2]] if email else []
    hosts += [urlsplit(link.url).hostname or "" for link in brief.links]
    for host in hosts:
        labels = [label for label in host.lower().split(".")[:-1] if label not in _NOT_NAMES]
        if labels and labels[-1] not in _COMMON_HOSTS:
            yield labels[-1]

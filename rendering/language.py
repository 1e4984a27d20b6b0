"""What a language tag says about a page: its spelling, its direction and its Open Graph locale."""

from dataclasses import dataclass
from typing import Final, Literal

import langcodes
from langcodes.tag_parser import LanguageTagError

from rendering.errors import RefusedDocumentError

_RIGHT_TO_LEFT: Final = frozenset(
    {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)
"""ISO 15924 codes of scripts in use that Unicode's bidirectional classes call R or AL."""


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A page's language: a normalised BCP 47 `tag`, the `direction` of its script, and `locale` as in `de_DE`."""

    tag: str
    direction: Literal["ltr", "rtl"]
    locale: str
    subtag: str
    """The language alone: `zh` of `zh-TW`."""
    script: str
    """ISO 15924, also where the tag leaves it out: `Hant` of `zh-TW`."""


def page_language(tag: str) -> PageLanguage:
    """Return what `tag` says. Raises RefusedDocumentError when it is not BCP 47."""
    try:
        language = langcodes.Language.get(tag)
    except LanguageTagError:
        language = None
    if language is None or not language.is_valid():
        message = f"the language {tag[:35]!r} is not a BCP 47 tag such as 'de' or 'pt-BR'"
        raise RefusedDocumentError(message)
    full = language.maximize()
    return PageLanguage(
        tag=language.to_tag(),
        direction="rtl" if full.script in _RIGHT_TO_LEFT else "ltr",
        locale="_".join(part for part in (full.language, full.territory) if part),
        subtag=full.language or "und",
        script=full.script or "Zyyy",
    )

"""What the sandbox model knows of each language: the few phrases it may print, and cues for reading briefs."""

from collections.abc import Mapping
from typing import Final

from providers.sandbox.phrases.ar import ARABIC
from providers.sandbox.phrases.de import GERMAN
from providers.sandbox.phrases.en import ENGLISH
from providers.sandbox.phrases.es import SPANISH
from providers.sandbox.phrases.fr import FRENCH
from providers.sandbox.phrases.ja import JAPANESE
from providers.sandbox.phrases.phrasebook import Phrasebook, Printed, Reading

PHRASEBOOKS: Final[Mapping[str, Phrasebook]] = {
    book.language: book for book in (ENGLISH, GERMAN, FRENCH, SPANISH, JAPANESE, ARABIC)
}
"""By primary language subtag."""


def phrasebook(language: str) -> Phrasebook:
    """Return the phrasebook of a BCP 47 tag; one that prints nothing of its own for a language we do not know."""
    subtag = language.replace("_", "-").partition("-")[0].lower()
    return PHRASEBOOKS.get(subtag) or Phrasebook(language=subtag, printed=Printed(), reading=Reading())

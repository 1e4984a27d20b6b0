"""Languages as requests name them."""

from typing import Final

from api.problem import invalid_field
from rendering.errors import RefusedDocumentError
from rendering.language import page_language

_UNDETERMINED: Final = "und"


def checked_language(tag: str) -> str:
    """Return a BCP 47 tag, normalised. Raises ProblemError 422 for what names no language."""
    try:
        language = page_language(tag)
    except RefusedDocumentError:
        language = None
    if language is None or language.subtag == _UNDETERMINED:
        raise invalid_field("language", f"{tag!r} is not a BCP 47 tag such as de or pt-BR", "unknown_language")
    return language.tag

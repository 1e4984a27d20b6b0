"""A brief read and laid out once for all the steps of its page."""

from dataclasses import dataclass
from functools import lru_cache

from domain.brief import Brief
from domain.checks import required_sections
from providers.sandbox.draft import Draft
from providers.sandbox.layout import lay_out
from providers.sandbox.material import Material, gather


@dataclass(frozen=True, slots=True)
class Prepared:
    """The material of a brief and the sections it makes by itself."""

    material: Material
    drafts: tuple[Draft, ...]


def prepare(brief: Brief, language: str, seed: int) -> Prepared:
    """Return what a page in `language` can be written from. Raises NothingToSayError."""
    return _prepare(brief.model_dump_json(), language, seed)


@lru_cache(maxsize=16)
def _prepare(brief_json: str, language: str, seed: int) -> Prepared:
    # Reading a brief of two pages takes tens of milliseconds, and a page's steps ask for it up to 13 times in a row.
    brief = Brief.model_validate_json(brief_json)
    material = gather(brief, language, seed)
    return Prepared(material, lay_out(material, required_sections(brief)))

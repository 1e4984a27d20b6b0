"""The page document: what is stored, rendered and published."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from domain.blocks import Section
from domain.brief import MAX_SECTIONS
from domain.model import Document
from domain.outline import Outline, Seo, Slug

SCHEMA_VERSION: Final = 1


class Theme(StrEnum):
    """How a page looks."""

    STUDIO = "studio"


class PageDocument(Document):
    """A whole page as data. `language` is a BCP 47 tag."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str
    slug: Slug
    language: str
    theme: Theme = Theme.STUDIO
    seo: Seo
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=MAX_SECTIONS)]


def assemble(outline: Outline, sections: tuple[Section, ...], theme: Theme, slug: Slug) -> PageDocument:
    """Return the page of an outline and its sections, given in the outline's order."""
    return PageDocument(
        title=outline.title, slug=slug, language=outline.language, theme=theme, seo=outline.seo, sections=sections
    )

"""The outline: what a page will hold before it is written."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.blocks import Anchor, BlockType, Heading
from domain.brief import MAX_SECTIONS
from domain.model import Document

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=60)]


class Seo(Document):
    """What search engines and link previews show."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    description: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]


class SectionPlan(Document):
    """One section to write: its type, its place in the page's navigation and what it is for."""

    type: BlockType
    anchor: Anchor
    heading: Heading
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Outline(Document):
    """Title, SEO fields and the ordered plans. The first section is the hero, anchors are unique."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    slug: Slug
    language: Annotated[str, StringConstraints(min_length=2, max_length=35)]
    """BCP 47 tag of the page's text."""
    seo: Seo
    sections: Annotated[tuple[SectionPlan, ...], Field(min_length=1, max_length=MAX_SECTIONS)]

    @model_validator(mode="after")
    def _starts_with_the_only_hero(self) -> Self:
        heroes = [index for index, plan in enumerate(self.sections) if plan.type is BlockType.HERO]
        if heroes != [0]:
            message = "the first section, and only the first, is the hero"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _anchors_are_unique(self) -> Self:
        anchors = [plan.anchor for plan in self.sections]
        if len(set(anchors)) != len(anchors):
            message = "each section has an anchor of its own"
            raise ValueError(message)
        return self

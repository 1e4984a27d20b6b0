"""The block types a page is built from: the content of each, as a model writes it and the renderer reads it.

`Prose` is a small Markdown subset (paragraphs, emphasis, lists, links); `Plain` is text without markup. Every `href`
is an in-page anchor (`#pricing`), `mailto:`, `tel:` or an http(s) URL of the brief; the checks hold that.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from domain.model import Document


class BlockType(StrEnum):
    """What a section is."""

    HERO = "hero"
    FEATURES = "features"
    STEPS = "steps"
    PRICING = "pricing"
    TESTIMONIALS = "testimonials"
    STATS = "stats"
    GALLERY = "gallery"
    TEAM = "team"
    FAQ = "faq"
    CONTACT = "contact"
    CTA = "cta"
    TEXT = "text"


Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Fact = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=6000)]
Href = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Anchor = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Action(Document):
    """A button or link."""

    label: Label
    href: Href


class _Block(Document):
    anchor: SkipJsonSchema[Anchor] = "section"
    """The section's `id` in the page; set from the plan, never by a model."""
    heading: Heading


class Hero(_Block):
    """The top of the page; its heading is the page's only h1."""

    type: Literal[BlockType.HERO] = BlockType.HERO
    tagline: Label | None = None
    """A short line above the heading."""
    text: Plain
    action: Action | None = None
    second_action: Action | None = None


class Item(Document):
    """A titled paragraph."""

    title: Fact
    text: Plain


class Features(_Block):
    """What is offered, as cards."""

    type: Literal[BlockType.FEATURES] = BlockType.FEATURES
    intro: Plain | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=2, max_length=9)]


class Steps(_Block):
    """How something is done, in order."""

    type: Literal[BlockType.STEPS] = BlockType.STEPS
    intro: Plain | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=2, max_length=8)]


class Plan(Document):
    """One thing with a price; `price` is spelled as in the brief."""

    name: Fact
    price: Fact
    text: Plain | None = None
    features: Annotated[tuple[Plain, ...], Field(max_length=10)] = ()
    action: Action | None = None
    highlighted: bool = False


class Pricing(_Block):
    """What it costs."""

    type: Literal[BlockType.PRICING] = BlockType.PRICING
    intro: Plain | None = None
    plans: Annotated[tuple[Plan, ...], Field(min_length=1, max_length=24)]


class Testimonial(Document):
    """A quote of the brief, word for word, with its author."""

    quote: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    author: Fact
    role: Plain | None = None


class Testimonials(_Block):
    """What others said."""

    type: Literal[BlockType.TESTIMONIALS] = BlockType.TESTIMONIALS
    quotes: Annotated[tuple[Testimonial, ...], Field(min_length=1, max_length=12)]


class Stat(Document):
    """A figure of the brief and what it counts."""

    value: Label
    label: Plain


class Stats(_Block):
    """Figures of the brief."""

    type: Literal[BlockType.STATS] = BlockType.STATS
    items: Annotated[tuple[Stat, ...], Field(min_length=1, max_length=8)]


class Tile(Document):
    """A picture: drawn by the renderer from its title until the page has images of its own."""

    title: Label
    alt: Plain
    caption: Plain | None = None


class Gallery(_Block):
    """Pictures with captions."""

    type: Literal[BlockType.GALLERY] = BlockType.GALLERY
    tiles: Annotated[tuple[Tile, ...], Field(min_length=2, max_length=12)]


class Member(Document):
    """A person of the brief."""

    name: Fact
    role: Plain | None = None
    bio: Plain | None = None


class Team(_Block):
    """The people behind it."""

    type: Literal[BlockType.TEAM] = BlockType.TEAM
    intro: Plain | None = None
    members: Annotated[tuple[Member, ...], Field(min_length=1, max_length=24)]


class Question(Document):
    """A question and its answer."""

    question: Plain
    answer: Prose


class Faq(_Block):
    """Questions and answers."""

    type: Literal[BlockType.FAQ] = BlockType.FAQ
    items: Annotated[tuple[Question, ...], Field(min_length=1, max_length=12)]


class Hours(Document):
    """Opening hours of the brief, as spelled there."""

    days: Fact
    hours: Fact


class Contact(_Block):
    """How to reach the business; every field is the brief's."""

    type: Literal[BlockType.CONTACT] = BlockType.CONTACT
    text: Plain | None = None
    phone: Plain | None = None
    email: Plain | None = None
    address: Plain | None = None
    hours: Annotated[tuple[Hours, ...], Field(max_length=14)] = ()
    links: Annotated[tuple[Action, ...], Field(max_length=12)] = ()


class Cta(_Block):
    """One call to action."""

    type: Literal[BlockType.CTA] = BlockType.CTA
    text: Plain | None = None
    action: Action


class Text(_Block):
    """Running text."""

    type: Literal[BlockType.TEXT] = BlockType.TEXT
    body: Prose


type_of_block: Final = {
    BlockType.HERO: Hero,
    BlockType.FEATURES: Features,
    BlockType.STEPS: Steps,
    BlockType.PRICING: Pricing,
    BlockType.TESTIMONIALS: Testimonials,
    BlockType.STATS: Stats,
    BlockType.GALLERY: Gallery,
    BlockType.TEAM: Team,
    BlockType.FAQ: Faq,
    BlockType.CONTACT: Contact,
    BlockType.CTA: Cta,
    BlockType.TEXT: Text,
}
"""The content class of each block type."""

Section = Annotated[
    Hero | Features | Steps | Pricing | Testimonials | Stats | Gallery | Team | Faq | Contact | Cta | Text,
    Field(discriminator="type"),
]
"""One section of a page, told apart by `type`."""

"""Sections made of facts: prices, quotes, people, figures, pictures, ways to get in touch, and the call to action."""

from collections.abc import Sequence
from typing import Final

from domain.blocks import Action as Link
from domain.blocks import (
    BlockType,
    Contact,
    Cta,
    Faq,
    Gallery,
    Hours,
    Item,
    Member,
    Plan,
    Pricing,
    Question,
    Stat,
    Stats,
    Team,
    Testimonial,
    Testimonials,
    Tile,
)
from providers.sandbox.actions import actions
from providers.sandbox.draft import Draft, Headings, Plans, purpose
from providers.sandbox.manuscript import Topic, every_sentence
from providers.sandbox.material import Material
from providers.sandbox.sentences import fit, shorten

_INTRO: Final = 600
_LABEL: Final = 60
_TILE: Final = 60


def pricing(material: Material, headings: Headings, topic: Topic | None) -> Draft | None:
    """Return the brief's prices; `topic` is what its text says of them."""
    plans = tuple(Plan(name=price.item, price=price.price, text=price.note) for price in material.brief.prices)
    if not plans:
        return None
    heading = _heading(headings, BlockType.PRICING, topic, [plan.name for plan in plans])
    block = Pricing(heading=heading, intro=_intro(topic, material), plans=plans[:24])
    return Draft(BlockType.PRICING, heading, _purpose(topic, material), lambda _: block)


def testimonials(material: Material, headings: Headings, topic: Topic | None) -> Draft | None:
    """Return the brief's quotes, word for word."""
    quotes = tuple(
        Testimonial(quote=quote.text, author=quote.author, role=quote.role) for quote in material.brief.quotes
    )
    if not quotes:
        return None
    heading = _heading(headings, BlockType.TESTIMONIALS, topic, [quote.author for quote in quotes])
    block = Testimonials(heading=heading, quotes=quotes[:12])
    return Draft(BlockType.TESTIMONIALS, heading, "", lambda _: block)


def team(material: Material, headings: Headings, topic: Topic | None) -> Draft | None:
    """Return the brief's people."""
    members = tuple(Member(name=person.name, role=person.role, bio=person.bio) for person in material.brief.people)
    if not members:
        return None
    heading = _heading(headings, BlockType.TEAM, topic, [member.name for member in members])
    block = Team(heading=heading, intro=_intro(topic, material), members=members[:24])
    return Draft(BlockType.TEAM, heading, _purpose(topic, material), lambda _: block)


def contact(material: Material, headings: Headings, topic: Topic | None) -> Draft | None:
    """Return how to reach the business."""
    ways, brief = material.contact, material.brief
    if not (ways.phone or ways.email or ways.address or brief.opening_hours or material.links):
        return None
    visit = material.book.printed.visit if ways.address else ()
    own = [line for line in (material.name, ways.address, ways.email, ways.phone) if line]
    names = [*own, *(link.label for link in material.links)]
    heading = _heading(headings, BlockType.CONTACT, topic, names, visit)
    text = _intro(topic, material) or (fit(material.asides, _INTRO, material.reading) if _says_more(material) else "")
    block = Contact(
        heading=heading,
        text=text or None,
        phone=ways.phone,
        email=ways.email,
        address=ways.address,
        hours=tuple(Hours(days=entry.days, hours=entry.hours) for entry in brief.opening_hours[:14]),
        links=tuple(
            Link(label=shorten(link.label, _LABEL, material.reading), href=link.url)
            for link in material.links[:12]
            if len(link.label) <= _LABEL or material.printable(link.label)
        ),
    )
    return Draft(BlockType.CONTACT, heading, _purpose(topic, material), lambda _: block)


def stats(headings: Headings, found: Sequence[Stat], own_heading: str = "") -> Draft:
    """Return figures of the brief's text; there is at least one."""
    items = tuple(found[:8])
    heading = (
        headings.own(own_heading) if own_heading else headings.phrase(BlockType.STATS, [item.label for item in items])
    )
    block = Stats(heading=heading, items=items)
    return Draft(BlockType.STATS, heading, "", lambda _: block)


def faq(material: Material, headings: Headings, found: Sequence[Question], own_heading: str = "") -> Draft:
    """Return questions with their answers; there is at least one."""
    questions = tuple(found[:12])
    heading = headings.own(own_heading) if own_heading else headings.phrase(BlockType.FAQ, [questions[0].question])
    block = Faq(heading=heading, items=questions)
    return Draft(BlockType.FAQ, heading, purpose([questions[0].question], material), lambda _: block)


def gallery(material: Material, headings: Headings, shown: Sequence[Item | str], own_heading: str = "") -> Draft:
    """Return things to look at, at least two. Until the page has photographs a picture shows what its title names."""
    tiles = tuple(_tile(thing, material) for thing in shown[:12])
    heading = (
        headings.own(own_heading) if own_heading else headings.phrase(BlockType.GALLERY, [tile.title for tile in tiles])
    )
    block = Gallery(heading=heading, tiles=tiles)
    return Draft(BlockType.GALLERY, heading, "", lambda _: block)


def cta(material: Material, headings: Headings, closing: str) -> Draft:
    """Return the call to action. `closing` is the brief's own last line, its heading when there is one."""
    call = material.brief.call_to_action or ""
    heading = headings.own(closing) if closing else headings.phrase(BlockType.CTA, [call] if call else [])

    def write(plans: Plans) -> Cta:
        return Cta(heading=heading, action=actions(material, plans, BlockType.CTA)[0])

    return Draft(BlockType.CTA, heading, purpose([call], material), write)


def alt(title: str, material: Material) -> str:
    """Return what a tile's picture shows: what its title names, and whose it is."""
    return f"{title} – {material.name}" if material.name else title


def can_be_shown(thing: Item | str) -> bool:
    """Return whether a picture of a thing can be described: its title has letters."""
    title = thing if isinstance(thing, str) else thing.title
    return sum(character.isalpha() for character in title) > 1


def _tile(thing: Item | str, material: Material) -> Tile:
    title = shorten(thing if isinstance(thing, str) else thing.title, _TILE, material.reading)
    return Tile(title=title, alt=alt(title, material), caption=None if isinstance(thing, str) else thing.text)


def _heading(
    headings: Headings, block: BlockType, topic: Topic | None, names: Sequence[str], options: tuple[str, ...] = ()
) -> str:
    return headings.own(topic.heading) if topic and topic.heading else headings.phrase(block, names, options)


def _intro(topic: Topic | None, material: Material) -> str | None:
    return (fit(topic.sentences, _INTRO, material.reading) or None) if topic else None


def _purpose(topic: Topic | None, material: Material) -> str:
    return purpose(topic.sentences, material) if topic else ""


def _says_more(material: Material) -> bool:
    """Whether the sentences with addresses say more than the addresses beside them, and are not all there is to say.

    Where they are, they stand in the hero.
    """
    if not (material.offer or every_sentence(material.topics)):
        return False
    ways = material.contact
    text = " ".join(material.asides)
    for way in (ways.phone, ways.email, *(link.url for link in material.links)):
        text = text.replace(way or "\0", "")
    return len(text.split()) >= 8 * len(material.asides) > 0

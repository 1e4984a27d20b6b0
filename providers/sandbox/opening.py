"""The hero: the name, what is offered, and the best first sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.blocks import BlockType, Hero
from providers.sandbox.actions import actions
from providers.sandbox.cards import width
from providers.sandbox.draft import Draft, Plans
from providers.sandbox.manuscript import Topic, every_sentence
from providers.sandbox.material import Material, short_title_of
from providers.sandbox.sentences import fit, is_question, join, lead, overlap, shorten

_HEADLINE: Final = 84
"""An offer that takes no more room than this many Latin letters is the headline; the name stands above it."""
_TAGLINE: Final = 60
_TEXT: Final = 320
_PARAGRAPH: Final = 260
"""A first paragraph that takes no more room stands in the hero as a whole."""
_TWO_SENTENCES: Final = 230
_TWO: Final = 2
_ENOUGH_LEFT: Final = 3
_SAME: Final = 0.8


def hero(material: Material, topics: list[Topic], *, keep_some: bool) -> Draft:
    """Return the hero; the sentences it uses are taken out of `topics`.

    `keep_some` leaves part of the first paragraph for a section of running text.
    """
    offer = join(material.offer)
    headline = len(material.offer) == 1 and width(offer) <= _HEADLINE
    if material.offer and not (headline and material.name and material.topics):
        taken = material.offer
        heading = short_title_of(material, _HEADLINE)
    else:
        taken = _take(topics, offer or material.name, keep_some=keep_some)
        heading = lead(offer, _HEADLINE, material.reading) if headline else short_title_of(material, _HEADLINE)
    taken = _beyond(heading, taken or (*material.offer, *material.asides), material)
    above = material.name if heading.casefold() != material.name.casefold() else ""

    def write(plans: Plans) -> Hero:
        offered = actions(material, plans, BlockType.HERO)
        return Hero(
            heading=heading,
            tagline=_place(material) or (shorten(above, _TAGLINE, material.reading) if above else None),
            text=fit(taken, _TEXT, material.reading) or _last_words(material, heading),
            action=offered[0] if offered else None,
            second_action=offered[1] if len(offered) > 1 else None,
        )

    return Draft(BlockType.HERO, heading, fit(taken, 200, material.reading), write)


def _take(topics: list[Topic], known: str, *, keep_some: bool) -> tuple[str, ...]:
    """Take the first paragraph out of the text when it is short, else its first sentences; skip what is `known`."""
    place = next(
        (index for index, topic in enumerate(topics) if topic.paragraphs and not is_question(topic.heading)), None
    )
    if place is None:
        return ()
    first, *others = topics[place].paragraphs
    sentences = list(first.sentences)
    if len(sentences) > 1 and overlap(sentences[0], known) >= _SAME:
        del sentences[0]
    count = _how_many(sentences, len(every_sentence(topics)) - len(first.sentences), keep_some=keep_some and not others)
    rest = (replace(first, sentences=tuple(sentences[count:])),) if sentences[count:] else ()
    topics[place] = replace(topics[place], paragraphs=(*rest, *others))
    if topics[place].empty:
        del topics[place]
    return tuple(sentences[:count])


def _how_many(sentences: Sequence[str], others: int, *, keep_some: bool) -> int:
    """Return how many of the first paragraph's sentences the hero takes, `others` standing in the rest of the text."""
    if width(join(sentences)) <= _PARAGRAPH and others >= _ENOUGH_LEFT and not keep_some:
        return len(sentences)
    two_fit = len(sentences) > 1 and width(join(sentences[:_TWO])) <= _TWO_SENTENCES
    enough_left = len(sentences) >= _TWO + _TWO or (others >= _ENOUGH_LEFT and not keep_some)
    return _TWO if two_fit and enough_left else 1


def _beyond(heading: str, sentences: Sequence[str], material: Material) -> tuple[str, ...]:
    """Return the sentences without a first one that says no more than the heading."""
    if (
        len(sentences) > 1
        and lead(sentences[0], _HEADLINE, material.reading) == heading
        and len(sentences[0]) <= len(heading) + 1
    ):
        return tuple(sentences[1:])
    return tuple(sentences)


def _place(material: Material) -> str | None:
    address = material.contact.address
    return address if address and len(address) <= _TAGLINE and material.printable(address) else None


def _last_words(material: Material, heading: str) -> str:
    """Return the one line a brief without sentences still has."""
    brief, contact = material.brief, material.contact
    lines = (brief.audience, brief.call_to_action, contact.address, contact.email, contact.phone)
    return next((line for line in lines if line and line != heading), heading)

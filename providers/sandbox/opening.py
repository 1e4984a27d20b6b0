"""The hero: the name, what is offered, and the best first sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.blocks import BlockType, Hero
from providers.sandbox.actions import actions
from providers.sandbox.cards import width
from providers.sandbox.draft import Draft, Plans
from providers.sandbox.manuscript import Topic
from providers.sandbox.material import Material, title_of
from providers.sandbox.sentences import fit, join, lead, overlap, shorten

_HEADLINE: Final = 84
"""An offer that takes no more room than this many Latin letters is the headline; the name stands above it."""
_TAGLINE: Final = 60
_TEXT: Final = 320
_TWO_SENTENCES: Final = 230
_ENOUGH_LEFT: Final = 3
_SAME: Final = 0.8


def hero(material: Material, topics: list[Topic]) -> Draft:
    """Return the hero; the sentences it uses are taken out of `topics`."""
    offer = join(material.offer)
    headline = len(material.offer) == 1 and width(offer) <= _HEADLINE
    if material.offer and not (headline and material.name and material.topics):
        taken = material.offer
        heading = title_of(material, _HEADLINE)
    else:
        taken = _take(topics, offer or material.name)
        heading = lead(offer, _HEADLINE, material.reading) if headline else title_of(material, _HEADLINE)
    taken = _beyond(heading, taken or (*material.offer, *material.asides), material)
    above = material.name if heading.casefold() != material.name.casefold() else ""

    def write(plans: Plans) -> Hero:
        offered = actions(material, plans, BlockType.HERO)
        return Hero(
            heading=heading,
            tagline=shorten(above, _TAGLINE, material.reading) if above else _place(material),
            text=fit(taken, _TEXT, material.reading) or _last_words(material, heading),
            action=offered[0] if offered else None,
            second_action=offered[1] if len(offered) > 1 else None,
        )

    return Draft(BlockType.HERO, heading, fit(taken, 200, material.reading), write)


def _take(topics: list[Topic], known: str) -> tuple[str, ...]:
    """Take the first sentence out of the text, and the second where both are short; what is `known` is left out."""
    place = next((index for index, topic in enumerate(topics) if topic.paragraphs), None)
    if place is None:
        return ()
    first, *others = topics[place].paragraphs
    sentences = list(first.sentences)
    if len(sentences) > 1 and overlap(sentences[0], known) >= _SAME:
        del sentences[0]
    taken = [sentences.pop(0)]
    left = len(sentences) + sum(len(topic.sentences) for topic in topics) - len(first.sentences)
    if sentences and left > _ENOUGH_LEFT and width(join([*taken, sentences[0]])) <= _TWO_SENTENCES:
        taken.append(sentences.pop(0))
    rest = (replace(first, sentences=tuple(sentences)),) if sentences else ()
    topics[place] = replace(topics[place], paragraphs=(*rest, *others))
    if topics[place].empty:
        del topics[place]
    return tuple(taken)


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
    return address if address and len(address) <= _TAGLINE and material.avoided.allows(address) else None


def _last_words(material: Material, heading: str) -> str:
    """Return the one line a brief without sentences still has."""
    brief, contact = material.brief, material.contact
    lines = (brief.audience, brief.call_to_action, contact.address, contact.email, contact.phone)
    return next((line for line in lines if line and line != heading), heading)

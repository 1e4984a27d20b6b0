"""Sections the brief's form does not suggest, asked for all the same: written from the sentences nearest to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.blocks import (
    Action,
    BlockType,
    Cta,
    Faq,
    Features,
    Gallery,
    Item,
    Plan,
    Pricing,
    Question,
    Section,
    Stat,
    Stats,
    Steps,
    Text,
    Tile,
)
from domain.checks.reading import read
from providers.sandbox.actions import actions
from providers.sandbox.draft import Plans
from providers.sandbox.manuscript import every_sentence
from providers.sandbox.material import Material, title_of
from providers.sandbox.prose import paragraph
from providers.sandbox.questions import known
from providers.sandbox.sentences import capital, fit, lead, overlap

_TITLE: Final = 60
_TEXT: Final = 600
_LABEL: Final = 160
_MOST_ITEMS: Final = 4
_FEWEST_ITEMS: Final = 2
_MOST_SENTENCES: Final = 4
_CLAUSE: Final = re.compile(r"(?<=[,;:،؛])\s+|(?<=[、；：，])|\s+[–—]\s+")
_FIGURE: Final = re.compile(r"(?<![\w.,:])\d+(?:[.,:]\d+)*(?:%|(?!\w))")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A section to improvise: its type, its heading, and words that say what it is about."""

    type: BlockType
    heading: str
    about: str = ""


def improvise(wanted: Wanted, material: Material, plans: Plans) -> Section | None:
    """Return the section; None when the brief holds nothing for it."""
    written: Section | None = None
    match wanted.type:
        case BlockType.TEXT:
            sentences = nearest(wanted.about, material)[:_MOST_SENTENCES] or [title_of(material, _TEXT)]
            written = Text(heading=wanted.heading, body=paragraph(in_text_order(sentences, material)))
        case BlockType.FAQ:
            written = Faq(heading=wanted.heading, items=_questions(wanted, material))
        case BlockType.CTA:
            written = Cta(heading=wanted.heading, action=_action(material, plans))
        case BlockType.STATS:
            stats = _stats(material)
            written = Stats(heading=wanted.heading, items=stats) if stats else None
        case BlockType.PRICING:
            priced = _priced(material)
            written = Pricing(heading=wanted.heading, plans=priced) if priced else None
        case BlockType.FEATURES | BlockType.STEPS | BlockType.GALLERY:
            written = _itemised(wanted, material)
        case _:
            pass
    return written


def nearest(wanted: str, material: Material) -> list[str]:
    """Return the sentences of the brief, those that share most words with `wanted` first."""
    sentences = list(dict.fromkeys((*every_sentence(material.topics), *material.offer)))
    return sorted(sentences, key=lambda sentence: -overlap(wanted, sentence))


def in_text_order(sentences: Sequence[str], material: Material) -> list[str]:
    """Return sentences in the order in which the brief says them."""
    order = {sentence: place for place, sentence in enumerate(every_sentence(material.topics))}
    return sorted(sentences, key=lambda sentence: order.get(sentence, 0))


def _itemised(wanted: Wanted, material: Material) -> Section | None:
    items = tuple(_item(line, material) for line in _lines(wanted, material))
    if len(items) < _FEWEST_ITEMS:
        return None
    if wanted.type is BlockType.FEATURES:
        return Features(heading=wanted.heading, items=items)
    if wanted.type is BlockType.STEPS:
        return Steps(heading=wanted.heading, items=items)
    tiles = tuple(Tile(title=item.title, alt=item.title) for item in items if _has_words(item.title))
    return Gallery(heading=wanted.heading, tiles=tiles) if len(tiles) >= _FEWEST_ITEMS else None


def _lines(wanted: Wanted, material: Material) -> list[str]:
    """Return what items can be made of: sentences, else the brief's facts, else the clauses of what there is."""
    sentences = in_text_order(nearest(wanted.about, material)[:_MOST_ITEMS], material)
    brief = material.brief
    facts = [*(price.item for price in brief.prices), *(person.name for person in brief.people)]
    facts += [line for line in (brief.audience, brief.call_to_action, *material.asides, material.name) if line]
    lines = list(dict.fromkeys((*sentences, *filter(material.printable, facts))))[:_MOST_ITEMS]
    if len(lines) >= _FEWEST_ITEMS:
        return lines
    clauses = (clause.strip() for line in lines for clause in _CLAUSE.split(line))
    return [capital(clause) for clause in clauses if _has_words(clause)][:_MOST_ITEMS]


def _item(line: str, material: Material) -> Item:
    return Item(title=lead(line, _TITLE, material.reading), text=fit([line], _TEXT, material.reading))


def _questions(wanted: Wanted, material: Material) -> tuple[Question, ...]:
    found = tuple(known(material))
    if found:
        return found
    ask = material.phrase((material.book.printed.questions.about,), "about") or f"{title_of(material, 100)}?"
    sentences = nearest(wanted.about, material)[:_MOST_SENTENCES] or [title_of(material, _TEXT)]
    return (Question(question=ask, answer=paragraph(in_text_order(sentences, material))),)


def _action(material: Material, plans: Plans) -> Action:
    """Return where to go from here: out of the page when the brief says where, else to its top."""
    offered = actions(material, plans, BlockType.CTA)
    if offered:
        return offered[0]
    call = material.brief.call_to_action or title_of(material, _TITLE)
    return Action(label=lead(call, _TITLE, material.reading), href=f"#{plans[0].anchor}")


def _stats(material: Material) -> tuple[Stat, ...]:
    headings = (topic.heading for topic in material.topics)
    lines = (
        *every_sentence(material.topics),
        *material.offer,
        *material.asides,
        *headings,
        material.brief.audience or "",
    )
    found = ((line, _FIGURE.search(line)) for line in lines)
    stats = (
        Stat(value=figure[0][:_TITLE], label=fit([line], 160, material.reading)) for line, figure in found if figure
    )
    return tuple(stats)[:_MOST_ITEMS]


def _priced(material: Material) -> tuple[Plan, ...]:
    """Return the amounts of the brief's text, each under how its sentence begins."""
    plans: list[Plan] = []
    for line in (*every_sentence(material.topics), *material.offer, *material.asides):
        found = read(line)
        for price in found.prices[:1]:
            spelled = found.plain[price.start : price.end].strip()
            plans.append(
                Plan(name=lead(line, 100, material.reading), price=spelled, text=fit([line], _TEXT, material.reading))
            )
    return tuple(plans)[:_MOST_ITEMS]


def _has_words(text: str) -> bool:
    return sum(character.isalpha() for character in text) > 1

"""Sections another model planned and the brief's form does not suggest: written from its sentences all the same."""

from collections.abc import Sequence
from typing import Final

from domain.blocks import (
    BlockType,
    Cta,
    Faq,
    Features,
    Gallery,
    Item,
    Question,
    Section,
    Steps,
    Text,
    Tile,
)
from domain.outline import SectionPlan
from providers.sandbox.actions import actions
from providers.sandbox.manuscript import every_sentence
from providers.sandbox.material import Material
from providers.sandbox.prose import paragraph
from providers.sandbox.sentences import fit, lead, overlap

_TITLE: Final = 60
_MOST_ITEMS: Final = 4
_FEWEST_ITEMS: Final = 2
_MOST_SENTENCES: Final = 4


def improvise(plan: SectionPlan, material: Material) -> Section | None:
    """Return a section of the plan's type from the sentences nearest to its heading and purpose; None without any."""
    sentences = nearest(f"{plan.heading} {plan.purpose}", material)
    if plan.type is BlockType.CTA:
        offered = actions(material, (), BlockType.CTA)
        return Cta(heading=plan.heading, action=offered[0]) if offered else None
    if not sentences:
        return None
    if plan.type is BlockType.TEXT:
        return Text(heading=plan.heading, body=paragraph(sentences[:_MOST_SENTENCES]))
    if plan.type is BlockType.FAQ:
        answer = Question(question=plan.heading, answer=paragraph(sentences[:_MOST_SENTENCES]))
        return Faq(heading=plan.heading, items=(answer,))
    return _itemised(plan, sentences[:_MOST_ITEMS], material)


def nearest(wanted: str, material: Material) -> list[str]:
    """Return the sentences of the brief, those that share most words with `wanted` first."""
    sentences = list(dict.fromkeys((*every_sentence(material.topics), *material.offer)))
    return sorted(sentences, key=lambda sentence: -overlap(wanted, sentence))


def _itemised(plan: SectionPlan, sentences: Sequence[str], material: Material) -> Section | None:
    if len(sentences) < _FEWEST_ITEMS:
        return None
    titles = [lead(sentence, _TITLE, material.reading) for sentence in sentences]
    texts = [fit([sentence], 600, material.reading) for sentence in sentences]
    items = tuple(Item(title=title, text=text) for title, text in zip(titles, texts, strict=True))
    match plan.type:
        case BlockType.FEATURES:
            return Features(heading=plan.heading, items=items)
        case BlockType.STEPS:
            return Steps(heading=plan.heading, items=items)
        case BlockType.GALLERY:
            return Gallery(heading=plan.heading, tiles=tuple(Tile(title=item.title, alt=item.title) for item in items))
        case _:
            return None

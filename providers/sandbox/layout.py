"""The page as a whole: which sections a brief makes, in which order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.blocks import BlockType, Item
from domain.brief import MAX_SECTIONS
from providers.sandbox import facts
from providers.sandbox.actions import actions
from providers.sandbox.cards import width
from providers.sandbox.draft import Draft, Headings
from providers.sandbox.figures import text_stats
from providers.sandbox.manuscript import Topic, every_sentence
from providers.sandbox.material import Material
from providers.sandbox.opening import hero
from providers.sandbox.questions import known
from providers.sandbox.sentences import without_stop
from providers.sandbox.story import Story, tell, with_facts, with_short_intro

_CLOSING: Final = 64
_FEWEST_FIGURES: Final = 3
"""Fewer figures in the text make no section of their own unless the brief asks for it."""
_FEWEST_TILES: Final = 2
_FEWEST_ANSWERS: Final = 2
_SHORT_PAGE: Final = 5
"""A page of fewer sections gains from questions its facts answer; a longer one would only repeat itself."""
_SPARED_FIRST: Final = (
    BlockType.GALLERY,
    BlockType.STATS,
    BlockType.CTA,
    BlockType.FAQ,
    BlockType.TEXT,
    BlockType.FEATURES,
)
"""What a page with too many sections does without, unless the brief asks for it."""


def lay_out(material: Material, wanted: Sequence[BlockType]) -> tuple[Draft, ...]:
    """Return the sections of a page in order, the hero first; `wanted` ones stand in their order where facts allow."""
    headings = Headings(material)
    topics = list(material.topics)
    opening = hero(material, topics)
    headings.own(opening.heading)
    introduced = with_facts(topics, material)
    calls = bool(actions(material, (), BlockType.CTA)) and (
        bool(material.brief.call_to_action) or BlockType.CTA in wanted
    )
    closing = _take_closing(topics, material) if calls else ""
    if BlockType.TEXT not in wanted:
        with_short_intro(topics)
    story = tell(topics, material, headings, frozenset(wanted))
    drafts = [opening, *story.drafts]
    drafts += _shown(material, headings, story, wanted)
    drafts += [
        draft
        for draft in (
            facts.testimonials(material, headings, introduced.get(BlockType.TESTIMONIALS)),
            facts.team(material, headings, introduced.get(BlockType.TEAM)),
            facts.pricing(material, headings, introduced.get(BlockType.PRICING)),
        )
        if draft
    ]
    contact = facts.contact(material, headings, introduced.get(BlockType.CONTACT))
    drafts += _answered(material, headings, story, wanted, len(drafts) + (contact is not None) + calls)
    drafts += [facts.cta(material, headings, closing)] if calls else []
    drafts += [contact] if contact else []
    return _few_enough(_in_order(drafts, wanted), wanted)


def _shown(material: Material, headings: Headings, story: Story, wanted: Sequence[BlockType]) -> list[Draft]:
    """Return figures and pictures, where the text has enough of them or the brief asks for them."""
    told = {draft.type for draft in story.drafts}
    drafts: list[Draft] = []
    if BlockType.STATS not in told:
        found = text_stats(every_sentence(material.topics), material.reading)
        if len(found) >= (1 if BlockType.STATS in wanted else _FEWEST_FIGURES):
            drafts.append(facts.stats(material, headings, found))
    if BlockType.GALLERY in wanted and BlockType.GALLERY not in told:
        titles: list[Item | str] = [thing if isinstance(thing, str) else thing.title for thing in story.items]
        shown = titles or [price.item for price in material.brief.prices]
        if len(shown) >= _FEWEST_TILES:
            drafts.append(facts.gallery(material, headings, shown))
    return drafts


def _answered(
    material: Material, headings: Headings, story: Story, wanted: Sequence[BlockType], others: int
) -> list[Draft]:
    """Return the questions of the text, and on a short page those its facts answer."""
    answers = list(story.questions)
    derived = list(known(material))
    asked_for = BlockType.FAQ in wanted
    if (asked_for and not answers) or (others < _SHORT_PAGE and len(derived) >= _FEWEST_ANSWERS):
        answers += derived
    return [facts.faq(material, headings, answers, story.question_heading)] if answers else []


def _take_closing(topics: list[Topic], material: Material) -> str:
    """Take the text's last sentence as the heading of the call to action, when it is short enough to be one."""
    place = next((index for index in reversed(range(len(topics))) if topics[index].paragraphs), None)
    if place is None or place != len(topics) - 1 or topics[place].points or topics[place].steps or topics[place].topics:
        return ""
    last = topics[place].paragraphs[-1]
    line = last.sentences[-1]
    enough_left = len(every_sentence(topics)) > 1 and (len(topics[place].sentences) > 1)
    if last.lead or not enough_left or width(line) > _CLOSING or any(character.isdigit() for character in line):
        return ""
    rest = (replace(last, sentences=last.sentences[:-1]),) if len(last.sentences) > 1 else ()
    topics[place] = replace(topics[place], paragraphs=(*topics[place].paragraphs[:-1], *rest))
    return without_stop(line)


def _in_order(drafts: Sequence[Draft], wanted: Sequence[BlockType]) -> list[Draft]:
    """Return the drafts with the wanted ones in their order and the others where they would stand by themselves."""
    natural = {id(draft): place for place, draft in enumerate(drafts)}
    left = list(drafts)
    page: list[Draft] = [left.pop(0)]
    for block in wanted:
        found = next((draft for draft in left if draft.type is block), None)
        if found:
            left.remove(found)
            page.append(found)
    for draft in left:
        later = (place for place, other in enumerate(page) if natural[id(other)] > natural[id(draft)])
        page.insert(next(later, len(page)), draft)
    return page


def _few_enough(drafts: list[Draft], wanted: Sequence[BlockType]) -> tuple[Draft, ...]:
    """Return at most as many sections as a page may have, without those that matter least."""
    kept = list(drafts)
    while len(kept) > MAX_SECTIONS:
        spared = next(
            (
                draft
                for block in _SPARED_FIRST
                for draft in reversed(kept)
                if draft.type is block and sum(other.type is block for other in kept) > list(wanted).count(block)
            ),
            kept[-1],
        )
        kept.remove(spared)
    return tuple(kept)

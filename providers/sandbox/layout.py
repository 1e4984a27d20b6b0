"""The page as a whole: which sections a brief makes, in which order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.blocks import BlockType, Item, Section
from domain.brief import MAX_SECTIONS
from providers.sandbox import facts
from providers.sandbox.actions import actions
from providers.sandbox.cards import width
from providers.sandbox.draft import Draft, Headings, Plans
from providers.sandbox.figures import text_stats
from providers.sandbox.improvising import Wanted, improvise, nearest
from providers.sandbox.manuscript import Topic, every_sentence
from providers.sandbox.material import Material, NothingToSayError
from providers.sandbox.opening import hero
from providers.sandbox.questions import known
from providers.sandbox.sentences import is_question, lead, without_stop
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

_CAN_IMPROVISE: Final = frozenset(
    {
        BlockType.TEXT,
        BlockType.FAQ,
        BlockType.CTA,
        BlockType.STATS,
        BlockType.PRICING,
        BlockType.FEATURES,
        BlockType.STEPS,
        BlockType.GALLERY,
    }
)


def lay_out(material: Material, wanted: Sequence[BlockType]) -> tuple[Draft, ...]:
    """Return the sections of a page in order, the hero first; `wanted` ones stand in their order where facts allow."""
    headings = Headings(material)
    topics = list(material.topics)
    opening = hero(material, topics, keep_some=BlockType.TEXT in wanted)
    headings.own(opening.heading)
    closing = _take_closing(topics) if actions(material, (), BlockType.CTA) else ""
    calls = bool(closing or (material.brief.call_to_action and actions(material, (), BlockType.CTA)))
    introduced = with_facts(topics, material)
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
    last = [facts.cta(material, headings, closing)] if calls else []
    last += [contact] if contact else []
    drafts, last = ([draft for draft in part if draft.type in material.plannable] for part in (drafts, last))
    drafts += [*_improvised(material, headings, [*drafts, *last], wanted), *last]
    return _few_enough(*_in_order(drafts, wanted))


def _shown(material: Material, headings: Headings, story: Story, wanted: Sequence[BlockType]) -> list[Draft]:
    """Return figures and pictures, where the text has enough of them or the brief asks for them."""
    told = {draft.type for draft in story.drafts}
    drafts: list[Draft] = []
    if BlockType.STATS not in told:
        found = text_stats(every_sentence(material.topics), material.reading)
        if len(found) >= (1 if BlockType.STATS in wanted else _FEWEST_FIGURES):
            drafts.append(facts.stats(headings, found))
    if BlockType.GALLERY in wanted and BlockType.GALLERY not in told:
        titles: list[Item | str] = [thing if isinstance(thing, str) else thing.title for thing in story.items]
        items = [price.item for price in material.brief.prices if material.printable(facts.alt(price.item, material))]
        shown = [title for title in titles or items if facts.can_be_shown(title)]
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


def _take_closing(topics: list[Topic]) -> str:
    """Take the text's last words as the heading of the call to action: a short line in a paragraph of its own."""
    if not topics or not topics[-1].paragraphs or topics[-1].points or topics[-1].steps or topics[-1].topics:
        return ""
    last = topics[-1].paragraphs[-1]
    line = last.sentences[-1]
    alone = len(last.sentences) == 1 and len(topics[-1].paragraphs) > 1 and not last.lead
    if not alone or width(line) > _CLOSING or is_question(line) or any(map(str.isdigit, line)):
        return ""
    topics[-1] = replace(topics[-1], paragraphs=topics[-1].paragraphs[:-1])
    return without_stop(line)


def _improvised(
    material: Material, headings: Headings, drafts: Sequence[Draft], wanted: Sequence[BlockType]
) -> list[Draft]:
    """Return sections for wanted types of which the brief's form suggested too few.

    Facts wanted twice are shown twice: there is no other way to write a second section of prices.
    """
    missing = Counter(wanted) - Counter(draft.type for draft in drafts)
    written = {draft.type: draft for draft in drafts}
    return [
        _improvised_draft(block, material, headings) if block in _CAN_IMPROVISE else replace(written[block])
        for block in missing.elements()
        if block in _CAN_IMPROVISE or block in written
    ]


def _improvised_draft(block: BlockType, material: Material, headings: Headings) -> Draft:
    names = [lead(sentence, 60, material.reading) for sentence in nearest("", material)[:1]]
    heading = headings.phrase(block, names)
    section = Wanted(block, heading)

    def write(plans: Plans) -> Section:
        written = improvise(section, material, plans)
        if written is None:
            message = f"the brief holds nothing a section of type {block} could say"
            raise NothingToSayError(message)
        return written

    return Draft(block, heading, "", write, improvised=True)


def _in_order(drafts: Sequence[Draft], wanted: Sequence[BlockType]) -> tuple[list[Draft], list[Draft]]:
    """Return the drafts with the wanted ones in their order and the others where they would stand by themselves.

    Returned second are the ones that must stay: the hero and the wanted ones.
    """
    natural = {id(draft): place for place, draft in enumerate(drafts)}
    left = list(drafts)
    page: list[Draft] = [left.pop(0)]
    for block in wanted:
        found = next((draft for draft in left if draft.type is block), None)
        if found:
            left.remove(found)
            page.append(found)
    needed = list(page)
    for draft in left:
        later = (place for place, other in enumerate(page) if natural[id(other)] > natural[id(draft)])
        page.insert(next(later, len(page)), draft)
    return page, needed


def _few_enough(page: Sequence[Draft], needed: Sequence[Draft]) -> tuple[Draft, ...]:
    """Return at most as many sections as a page may have, without those that matter least."""
    kept, bound = list(page), {id(draft) for draft in needed}
    while len(kept) > MAX_SECTIONS:
        free = [draft for draft in reversed(kept) if id(draft) not in bound]
        spared = min(free, key=lambda draft: _rank(draft.type))
        kept = [draft for draft in kept if draft is not spared]
    return tuple(kept)


def _rank(block: BlockType) -> int:
    return _SPARED_FIRST.index(block) if block in _SPARED_FIRST else len(_SPARED_FIRST)

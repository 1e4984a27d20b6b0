"""The hard checks of an outline, and which block types a brief has the facts for."""

import re
from collections.abc import Sequence
from typing import Final

from domain.blocks import BlockType
from domain.brief import MAX_SECTIONS, Brief
from domain.check import Check
from domain.checks import prose
from domain.checks.facts import facts_of
from domain.checks.names import CheckName, hard
from domain.checks.passages import Passage, outline_passages, outline_purposes
from domain.checks.reading import read
from domain.language import is_in_script_of
from domain.outline import Outline
from domain.task import OutlineTask

_TIME: Final = re.compile(r"\d{1,2}:\d{2}|\d{1,2} ?(?:Uhr|am|pm|a\.m\.|p\.m\.|h\b|時)", re.IGNORECASE)
_LIST_NUMBER: Final = re.compile(r"^[ \t]*\d{1,3}[.)](?=\s)", re.MULTILINE)


def plannable(brief: Brief) -> frozenset[BlockType]:
    """Return the block types for which the brief carries the facts.

    Testimonials need quotes and a team people, as such, because a name beside a sentence in running text does not tell
    who said it. Prices, figures and ways to get in touch may also stand in the text. Other types need nothing special.
    """
    reading = facts_of(brief).reading
    lacking = {
        BlockType.TESTIMONIALS: not brief.quotes,
        BlockType.TEAM: not brief.people,
        BlockType.PRICING: not (brief.prices or reading.prices),
        BlockType.CONTACT: not (_is_reachable(brief) or reading.emails or reading.phones),
        BlockType.STATS: not _has_figures(brief),
    }
    return frozenset(block for block in BlockType if not lacking.get(block, False))


def required_sections(brief: Brief) -> tuple[BlockType, ...]:
    """Return the must-have sections of `brief` that it has facts for, in order and without the hero."""
    possible = plannable(brief)
    wanted = [block for block in brief.sections if block is not BlockType.HERO and block in possible]
    return tuple(wanted[: MAX_SECTIONS - 1])


def check_outline(outline: Outline, task: OutlineTask) -> tuple[Check, ...]:
    """Return every check of an outline, passed or not, always in the same order.

    What the outline tells the writers of sections is held to the brief's facts like what it shows to readers.
    """
    facts = facts_of(task.brief)
    shown = outline_passages(outline)
    said = (*shown, *outline_purposes(outline))
    return (
        hard(CheckName.PLANNABLE, _plannable(outline, task.brief)),
        hard(CheckName.MUST_HAVE, _must_have(outline, task.brief)),
        hard(CheckName.SECTION_COUNT, _section_count(outline)),
        hard(CheckName.LANGUAGE, _language(outline, shown, task)),
        hard(CheckName.LINKS, prose.foreign_addresses(said, facts)),
        hard(CheckName.PHONES, prose.foreign_phones(said, facts)),
        hard(CheckName.EMAILS, prose.foreign_emails(said, facts)),
        hard(CheckName.PRICES, prose.foreign_prices(said, facts)),
        hard(CheckName.QUOTES, prose.foreign_quotes(said, facts)),
        hard(CheckName.PLACEHOLDERS, prose.placeholders(shown, facts, task.language)),
        hard(CheckName.AVOID, prose.avoided(shown, facts)),
        hard(CheckName.MARKUP, prose.markup(said)),
        hard(CheckName.CHARACTERS, prose.characters([(passage.path, passage.raw) for passage in said])),
    )


def _is_reachable(brief: Brief) -> bool:
    contact = brief.contact
    has_contact = contact is not None and any((contact.phone, contact.email, contact.address))
    return has_contact or bool(brief.opening_hours) or bool(brief.links)


def _has_figures(brief: Brief) -> bool:
    text = "\n".join((brief.text, brief.offer or "", brief.audience or ""))
    reading = read(_LIST_NUMBER.sub("", _TIME.sub("\n", text)))
    taken = {place for found in (*reading.phones, *reading.prices) for place in range(found.start, found.end)}
    return any(number.start not in taken for number in reading.numbers)


def _plannable(outline: Outline, brief: Brief) -> list[str]:
    possible = plannable(brief)
    return [
        f"sections[{index}] is {plan.type.value}, for which the brief has no facts: leave it out"
        for index, plan in enumerate(outline.sections)
        if plan.type not in possible
    ]


def _must_have(outline: Outline, brief: Brief) -> list[str]:
    required = required_sections(brief)
    planned = iter(plan.type for plan in outline.sections)
    missing = next((block for block in required if block not in planned), None)
    if missing is None:
        return []
    order = ", ".join(block.value for block in required)
    return [f"{missing.value} is missing or out of order: after the hero, the sections {order} appear in this order"]


def _section_count(outline: Outline) -> list[str]:
    count = len(outline.sections)
    return [] if count <= MAX_SECTIONS else [f"{count} sections are planned; the most are {MAX_SECTIONS}"]


def _language(outline: Outline, shown: Sequence[Passage], task: OutlineTask) -> list[str]:
    complaints: list[str] = []
    if _primary(outline.language) != _primary(task.language):
        complaints.append(f"language is {outline.language!r}; write {task.language!r}")
    name = task.brief.name or ""
    own = "\n".join(passage.reading.plain for passage in shown).replace(name or "\n", "\n")
    if not is_in_script_of(task.language, own):
        complaints.append(f"titles and headings are not in the language {task.language}: write them in it")
    return complaints


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()

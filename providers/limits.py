"""How long an answer may be, by what is asked for."""

from collections.abc import Iterable
from typing import Final

from domain.blocks import BlockType
from domain.brief import Brief
from domain.task import OutlineTask, Task

_OUTLINE: Final = 3_500
_SECTION: Final = {
    BlockType.HERO: 1_500,
    BlockType.FEATURES: 3_000,
    BlockType.STEPS: 3_000,
    BlockType.PRICING: 2_000,
    BlockType.TESTIMONIALS: 1_000,
    BlockType.STATS: 1_500,
    BlockType.GALLERY: 2_500,
    BlockType.TEAM: 1_500,
    BlockType.FAQ: 4_000,
    BlockType.CONTACT: 1_500,
    BlockType.CTA: 1_000,
    BlockType.TEXT: 4_000,
}
"""Tokens for the section's own words in any script."""
_THINKING: Final = 1_000
"""For models that cannot wholly turn thinking off: vendors count it into the completion."""
_REPEATED_MOST: Final = 12_000
_TOKENS_AN_ENTRY: Final = 120
"""The JSON and the few own words around one repeated fact."""


def max_tokens(task: Task) -> int:
    """Return the longest completion `task` may take, in tokens.

    Sections that repeat the brief's facts grow with them: at most one token a character, which holds for
    ideographs and is generous elsewhere.
    """
    return _THINKING + own_tokens(None if isinstance(task, OutlineTask) else task.plan.type, task.brief)


def own_tokens(block: BlockType | None, brief: Brief) -> int:
    """Return the longest a section of this type may be, without what a model thinks; None is the outline."""
    if block is None:
        return _OUTLINE
    repeated = sum(_TOKENS_AN_ENTRY + len(fact) for fact in _repeated(block, brief))
    return _SECTION[block] + min(repeated, _REPEATED_MOST)


def _repeated(block: BlockType, brief: Brief) -> tuple[str, ...]:
    match block:
        case BlockType.PRICING:
            return tuple(_joined((price.item, price.price, price.note)) for price in brief.prices)
        case BlockType.TESTIMONIALS:
            return tuple(_joined((quote.text, quote.author, quote.role)) for quote in brief.quotes)
        case BlockType.TEAM:
            return tuple(_joined((person.name, person.role, person.bio)) for person in brief.people)
        case BlockType.CONTACT:
            hours = (_joined((entry.days, entry.hours)) for entry in brief.opening_hours)
            return (*hours, *(_joined((link.label, link.url)) for link in brief.links))
        case _:
            return ()


def _joined(parts: Iterable[str | None]) -> str:
    return "".join(part for part in parts if part)

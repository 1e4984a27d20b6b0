"""The page's navigation: which sections it names, so that it takes one line on a desk."""

from collections.abc import Sequence
from typing import Final

from domain.blocks import BlockType, Section
from rendering.plain import width

_ROOM: Final = 140
"""Columns of the menu's line."""
_GAP: Final = 2.5
_LONGEST: Final = 28
"""A heading of more columns is no name for a link, unless all are that long."""
_FEWEST: Final = 2
_UNNAMED: Final = frozenset({BlockType.HERO, BlockType.CTA})
_SPARED_FIRST: Final = (BlockType.TESTIMONIALS, BlockType.TEXT, BlockType.STATS, BlockType.GALLERY, BlockType.TEAM)
"""What a menu without room does without; the last of a type first."""


def menu(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections the navigation links to, in the order of the page."""
    linked = [section for section in sections if section.type not in _UNNAMED]
    short = [section for section in linked if width(section.heading) <= _LONGEST]
    kept = short if len(short) >= _FEWEST else linked
    while _columns(kept) > _ROOM and len(kept) > _FEWEST:
        spared = min(reversed(kept), key=lambda section: _rank(section.type))
        kept = [section for section in kept if section is not spared]
    return tuple(kept)


def _columns(sections: Sequence[Section]) -> float:
    return sum(min(width(section.heading), _LONGEST) + _GAP for section in sections) - _GAP


def _rank(block: BlockType) -> int:
    return _SPARED_FIRST.index(block) if block in _SPARED_FIRST else len(_SPARED_FIRST)

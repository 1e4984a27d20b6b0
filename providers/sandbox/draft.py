"""A section to be: its type, its heading, and how it is written once the page's anchors are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.blocks import BlockType, Section
from domain.outline import SectionPlan
from providers.sandbox.cards import width
from providers.sandbox.material import Material, title_of
from providers.sandbox.sentences import lead

Plans = Sequence[SectionPlan]

_HEADING: Final = 120
_NAME: Final = 26
"""A longer name does not fit into a phrase."""
_JOINED: Final = 70
_PURPOSE: Final = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """One section. `write` takes the plans of the whole page."""

    type: BlockType
    heading: str
    purpose: str
    write: Callable[[Plans], Section]
    improvised: bool = False
    """Whether nothing but the wish for a section of its type speaks for it."""


class Headings:
    """Gives each section a heading no other section of the page has."""

    def __init__(self, material: Material) -> None:
        """Start with none given."""
        self._material = material
        self._given: set[str] = set()

    def own(self, text: str) -> str:
        """Return a heading in the brief's own words."""
        heading = lead(text, _HEADING, self._material.reading)
        self._given.add(heading.casefold())
        return heading

    def phrase(self, block: BlockType, names: Sequence[str], options: tuple[str, ...] = ()) -> str:
        """Return a phrase of the page's language as heading; `names` of the section's things when it has none."""
        printed, name = self._material.book.printed, self._material.name
        named = printed.named.get(block, ()) if 0 < width(name) <= _NAME else ()
        for candidates in (
            options,
            tuple(phrase.format(name=name) for phrase in named),
            printed.headings.get(block, ()),
        ):
            free = tuple(phrase for phrase in candidates if phrase.casefold() not in self._given)
            chosen = self._material.phrase(free, f"heading:{block}")
            if chosen:
                return self.own(chosen)
        return self.own(self._joined(names) or title_of(self._material, _JOINED))

    def _joined(self, names: Sequence[str]) -> str:
        text = ""
        for name in names[:3]:
            longer = f"{text} · {name}" if text else name
            if len(longer) > _JOINED:
                break
            text = longer
        text = text or next(iter(names), "")
        return text if self._material.printable(text) else ""


def purpose(sentences: Sequence[str], material: Material) -> str:
    """Return what a section is for: how its material begins, in the brief's words."""
    return lead(next(iter(sentences), ""), _PURPOSE, material.reading)

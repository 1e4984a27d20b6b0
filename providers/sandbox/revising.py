"""Changing a section as its maker asks, with nothing but the brief's words.

Understood in every language there is a phrasebook for: shorter, longer, more formal, mention something of the brief, a
new heading. Anything else is read as a wish for another selection of the same facts.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from domain.blocks import BlockType, Section, type_of_block
from domain.outline import SectionPlan
from providers.sandbox.choice import Choice
from providers.sandbox.improvising import in_text_order, nearest
from providers.sandbox.manuscript import every_sentence
from providers.sandbox.material import Material
from providers.sandbox.phrases import PHRASEBOOKS
from providers.sandbox.prose import escaped
from providers.sandbox.sentences import clean, join, lead, overlap, split, terms, with_stop

_TEXT_FIELD: Final = {
    BlockType.HERO: "text",
    BlockType.FEATURES: "intro",
    BlockType.STEPS: "intro",
    BlockType.PRICING: "intro",
    BlockType.TEAM: "intro",
    BlockType.CONTACT: "text",
    BlockType.CTA: "text",
    BlockType.TEXT: "body",
}
"""Where running text goes in a block of each type; the others have none."""
_ITEMS_FIELD: Final = {
    BlockType.FEATURES: "items",
    BlockType.TESTIMONIALS: "quotes",
    BlockType.STATS: "items",
    BlockType.GALLERY: "tiles",
    BlockType.FAQ: "items",
    BlockType.TEAM: "members",
}
"""Entries whose order may change and of which some may go."""
_FEWEST: Final = {BlockType.FEATURES: 2, BlockType.GALLERY: 2}
_PLAIN: Final = 600
_BODY: Final = 5_800
_HEADING: Final = 120
_MORE: Final = 2
_ABOUT: Final = 0.3
"""Share of what is to be mentioned that a sentence must hold to be about it."""


def revise(current: Section, instruction: str, plan: SectionPlan, material: Material) -> Section:
    """Return `current` changed as `instruction` asks."""
    reviser = _Reviser(current, plan, material)
    books = [book.reading.instructions for book in PHRASEBOOKS.values()]
    titles = [match[1] for book in books if (match := book.retitle.search(instruction))]
    if titles:
        return reviser.changed({"heading": lead(clean(titles[0]), _HEADING, material.reading)})
    for match in (match for book in books if (match := book.mention.search(instruction))):
        mentioned = reviser.mentioning(match[1])
        if mentioned:
            return mentioned
    if any(book.shorter.search(instruction) for book in books):
        return reviser.shorter()
    if any(book.longer.search(instruction) for book in books):
        return reviser.longer()
    if any(book.formal.search(instruction) for book in books):
        return reviser.formal()
    return reviser.varied(instruction)


class _Reviser:
    """One section and the ways it can change."""

    def __init__(self, current: Section, plan: SectionPlan, material: Material) -> None:
        self._current = current
        self._plan = plan
        self._material = material
        self._reading = material.reading
        self._text = _TEXT_FIELD.get(current.type, "")
        self._items = _ITEMS_FIELD.get(current.type, "")

    def changed(self, fields: Mapping[str, object] | None = None) -> Section:
        """Return the section with some fields replaced."""
        own = {"heading": self._plan.heading, "anchor": self._plan.anchor}
        content = self._current.model_dump(by_alias=False) | own | dict(fields or {})
        return type_of_block[self._current.type].model_validate(content)

    def shorter(self) -> Section:
        """Return it with the first half of its sentences; without running text, with the first of its entries."""
        said = self._said()
        if len(said) > 1 or not self._items:
            return self.changed(self._with(said[: max(1, len(said) // 2)]))
        entries = self._entries()
        kept = max(_FEWEST.get(self._current.type, 1), (len(entries) + 1) // 2)
        return self.changed({self._items: entries[:kept]})

    def longer(self) -> Section:
        """Return it with the sentences of the brief that go best with it and are not in it yet."""
        said, whole = self._said(), self._whole()
        about = f"{self._current.heading} {' '.join(said)}"
        more = [sentence for sentence in nearest(about, self._material) if not _holds(whole, sentence)]
        return self.changed(self._with([*said, *in_text_order(more[:_MORE], self._material)]))

    def mentioning(self, wanted: str) -> Section | None:
        """Return it with the sentence of the brief that speaks of `wanted`; None when the brief does not."""
        whole = self._whole()
        lines = [*self._facts(wanted), *nearest(wanted, self._material)]
        found = next(
            (line for line in lines if overlap(wanted, line) >= _ABOUT and self._material.printable(line)), None
        )
        if not found or not self._text:
            return None
        return self.changed() if _holds(whole, found) else self.changed(self._with([*self._said(), found]))

    def formal(self) -> Section:
        """Return it with full stops for exclamation marks and contractions written out."""
        return self.changed(self._with([self._formal(sentence) for sentence in self._said()]))

    def varied(self, instruction: str) -> Section:
        """Return it with its entries in another order, or other sentences, drawn by the instruction."""
        choice = Choice(self._material.choice.seed, f"{self._material.choice.salt}\0{instruction}")
        entries = self._entries()
        if len(entries) > 1:
            turn = 1 + choice.number("turn", len(entries) - 1)
            return self.changed({self._items: [*entries[turn:], *entries[:turn]]})
        said, whole = self._said(), self._whole()
        others = [line for line in every_sentence(self._material.topics) if not _holds(whole, line)]
        if not others or not self._text:
            return self.changed()
        return self.changed(self._with([choice.one_of(others, "sentence"), *said[1:]]))

    def _said(self) -> list[str]:
        value = getattr(self._current, self._text, None) if self._text else None
        return list(split(value, self._reading)) if isinstance(value, str) else []

    def _whole(self) -> str:
        return clean(self._current.model_dump_json(exclude={"anchor"}))

    def _entries(self) -> list[object]:
        return list(getattr(self._current, self._items)) if self._items else []

    def _with(self, sentences: Sequence[str]) -> dict[str, object]:
        """Return the text field with as many of the sentences as it holds; the last one always, for it is new."""
        if not self._text or not sentences:
            return {}
        limit = _BODY if self._current.type is BlockType.TEXT else _PLAIN
        kept = list(sentences)
        while len(kept) > 1 and len(join(kept)) > limit:
            del kept[-2]
        text = join(kept)
        return {self._text: text} if len(text) <= limit else {}

    def _facts(self, wanted: str) -> list[str]:
        """Return facts of the brief that name what is wanted, as lines: an item with its price, days with hours."""
        brief = self._material.brief
        pairs = [(price.item, price.price) for price in brief.prices]
        pairs += [(hours.days, hours.hours) for hours in brief.opening_hours]
        pairs += [(person.name, person.role or "") for person in brief.people]
        return [with_stop(f"{name}: {fact}") for name, fact in pairs if fact and terms(name) & terms(wanted)]

    def _formal(self, sentence: str) -> str:
        for short, written_out in self._reading.contractions.items():
            for spelled in (short, short.replace("'", "’")):
                sentence = sentence.replace(spelled, written_out).replace(_upper(spelled), _upper(written_out))
        return sentence.replace("!", ".").replace("！", "。")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _holds(whole: str, sentence: str) -> bool:
    return sentence in whole or escaped(sentence) in whole

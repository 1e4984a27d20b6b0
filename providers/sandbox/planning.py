"""The outline: title, slug, SEO fields and the plans of the sections."""

import re
from collections.abc import Sequence
from typing import Final

from domain.blocks import BlockType
from domain.brief import MAX_SECTIONS
from domain.outline import Outline, SectionPlan, Seo
from domain.task import OutlineTask
from providers.sandbox.cards import width
from providers.sandbox.draft import Draft
from providers.sandbox.manuscript import every_sentence
from providers.sandbox.material import Material, short_title_of
from providers.sandbox.prepared import prepare
from providers.sandbox.sentences import fit, join, shorten, split, with_stop, without_stop
from providers.sandbox.sieve import tells_how_to_reach
from providers.sandbox.slug import slug

_SIMPLE_ANCHOR: Final = re.compile(r"[a-z][a-z-]{2,29}")
_COMMA: Final = re.compile(r"[,،、]")
_TITLE: Final = 120
_SEO_TITLE: Final = 60
_DESCRIPTION: Final = 160
_SHORT_DESCRIPTION: Final = 60
_SHORTEST_PHRASE: Final = 14
_ANCHORS: Final = {BlockType.HERO: "top", BlockType.TEXT: "about"}


def outline(task: OutlineTask) -> Outline:
    """Return the outline of a page for the task's brief."""
    prepared = prepare(task.brief, task.language, task.seed)
    material, drafts = prepared.material, prepared.drafts
    title = short_title_of(material, _TITLE)
    return Outline(
        title=title,
        slug=slug(title, task.brief, task.language),
        language=task.language,
        seo=Seo(title=_seo_title(material, drafts[0], title), description=_description(material, drafts[0], title)),
        sections=plans(drafts),
    )


def plans(drafts: Sequence[Draft]) -> tuple[SectionPlan, ...]:
    """Return the plans of drafts, each with an anchor of its own."""
    taken: list[str] = []
    for draft in drafts:
        taken.append(_anchor(draft, taken))
    return tuple(
        SectionPlan(type=draft.type, anchor=anchor, heading=draft.heading, purpose=draft.purpose)
        for draft, anchor in zip(drafts, taken, strict=True)
    )


def _anchor(draft: Draft, taken: Sequence[str]) -> str:
    """Return the type's own name; for a second section of a type its heading, or the type's name with a number."""
    own = _ANCHORS.get(draft.type, draft.type.value)
    heading = draft.heading.lower().replace(" ", "-")
    candidates = [own, *([heading] if _SIMPLE_ANCHOR.fullmatch(heading) else [])]
    numbered = (f"{own}-{number}" for number in range(2, MAX_SECTIONS + 2))
    return next(anchor for anchor in (*candidates, *numbered) if anchor not in taken)


def _seo_title(material: Material, opening: Draft, title: str) -> str:
    """Return the name with what it offers, within what a list of search results shows."""
    room = _SEO_TITLE - width(title) - len(" – ")
    said = next(iter(material.offer), "") or opening.purpose
    rest = _phrase(said, room, material)
    if not rest or rest.casefold() in title.casefold() or title.casefold() in rest.casefold():
        return shorten(title, _SEO_TITLE, material.reading)
    joined = f"{title} – {rest}"
    return joined if tells_how_to_reach(joined) == tells_how_to_reach(title) else title


def _phrase(sentence: str, room: int, material: Material) -> str:
    """Return how a sentence begins, up to where a phrase plainly ends; empty when none ends within the room."""
    bare = without_stop(sentence)
    if width(bare) <= room:
        return bare
    words, little = bare.split(), material.reading.stopwords
    for count in range(2, len(words)):
        phrase = " ".join(words[:count]).rstrip(",،;:–—")
        if _COMMA.search(phrase):  # half of an enumeration says something else
            return ""
        following, last = words[count].casefold(), words[count - 1].casefold()
        ends = following in little and following not in material.reading.joining and last not in little
        if ends and _SHORTEST_PHRASE <= width(phrase) <= room:
            return phrase
    return ""


def _description(material: Material, opening: Draft, title: str) -> str:
    """Return the offer, with the first sentences after it where there is room; none that the title says already."""
    said = [*split(opening.purpose, material.reading), *every_sentence(material.topics)]
    sentences = [*material.offer, *(sentence for sentence in said if without_stop(sentence) != title)]
    unlike = list(dict.fromkeys(map(with_stop, sentences)) if len(sentences) > 1 else sentences)
    text = fit(unlike, _DESCRIPTION, material.reading, 1 + max(len(material.offer), 1))
    if width(text) < _SHORT_DESCRIPTION:
        fitting = (join([text, sentence]) for sentence in unlike if sentence not in text)
        text = next((longer for longer in fitting if len(longer) <= _DESCRIPTION), text)
    return text or title

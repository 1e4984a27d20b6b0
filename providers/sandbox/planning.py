"""The outline: title, slug, SEO fields and the plans of the sections."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from domain.blocks import BlockType
from domain.outline import Outline, SectionPlan, Seo
from domain.task import OutlineTask
from providers.sandbox.draft import Draft
from providers.sandbox.layout import lay_out
from providers.sandbox.material import Material, gather, title_of
from providers.sandbox.sentences import fit, join, lead, with_stop, without_stop
from providers.sandbox.slug import slug

_TITLE: Final = 120
_SEO_TITLE: Final = 62
_DESCRIPTION: Final = 160
_SHORT_DESCRIPTION: Final = 60
_ANCHORS: Final = {BlockType.HERO: "top", BlockType.TEXT: "about"}


def outline(task: OutlineTask) -> Outline:
    """Return the outline of a page for the task's brief."""
    material = gather(task.brief, task.language, task.seed)
    drafts = lay_out(material, material.brief.sections)
    title = title_of(material, _TITLE)
    return Outline(
        title=title,
        slug=slug(title, task.brief, task.language),
        language=task.language,
        seo=Seo(title=_seo_title(material, drafts[0], title), description=_description(material, drafts[0], title)),
        sections=plans(drafts),
    )


def plans(drafts: Sequence[Draft]) -> tuple[SectionPlan, ...]:
    """Return the plans of drafts, each with an anchor of its own."""
    seen: Counter[str] = Counter()
    found: list[SectionPlan] = []
    for draft in drafts:
        anchor = _ANCHORS.get(draft.type, draft.type.value)
        seen[anchor] += 1
        numbered = anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"
        found.append(SectionPlan(type=draft.type, anchor=numbered, heading=draft.heading, purpose=draft.purpose))
    return tuple(found)


def _seo_title(material: Material, opening: Draft, title: str) -> str:
    """Return the name with what it offers, within what a list of search results shows."""
    room = _SEO_TITLE - len(title) - len(" – ")
    said = next(iter(material.offer), "") or opening.purpose
    rest = lead(said, room, material.reading) if room > _SEO_TITLE // 3 else ""
    if not rest or rest.casefold() in title.casefold() or title.casefold() in rest.casefold():
        return lead(title, _TITLE, material.reading)
    return f"{title} – {without_stop(rest)}"


def _description(material: Material, opening: Draft, title: str) -> str:
    """Return the offer, with the first sentences after it where there is room."""
    offer = join(material.offer)
    sentences = [*material.offer]
    if opening.purpose and opening.purpose not in offer:
        sentences.append(opening.purpose)
    if len(sentences) > 1:
        sentences = [with_stop(sentence) for sentence in sentences]
    text = fit(sentences, _DESCRIPTION, material.reading)
    if len(text) >= _SHORT_DESCRIPTION:
        return text
    more = [sentence for topic in material.topics for sentence in topic.sentences if sentence not in opening.purpose]
    return fit([*([text] if text else []), *more], _DESCRIPTION, material.reading) or title

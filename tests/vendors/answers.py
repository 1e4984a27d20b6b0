"""Valid answers, made from nothing but the brief and the task in the prompt, so that they pass the section checks."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from domain import blocks
from domain.blocks import BlockType
from domain.brief import Brief
from domain.outline import Outline, SectionPlan, Seo

_LONGEST: Final = 200
_DEFAULT_SECTIONS: Final = (BlockType.FEATURES, BlockType.TEXT)
_PROBE: Final = {"step": "probe"}
"""The task of a request that is made only to see that it is answered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt asks for, read from its data blocks."""

    brief: Brief
    task: dict[str, Any]
    links: tuple[str, ...]
    second: bool
    prompt: str
    """Hash of the brief."""

    @property
    def tag(self) -> str:
        """`outline`, `probe` or `section:<anchor>`."""
        return f"section:{self.task['anchor']}" if self.task["step"] == "section" else self.task["step"]


def read_prompt(text: str) -> Asked:
    """Return what `text` asks for. Raises ValueError when it is no prompt of ours."""
    brief, task = _block(text, "brief"), _block(text, "task")
    if task is not None and json.loads(task) == _PROBE:
        return Asked(Brief(text="a probe has none"), _PROBE, (), second=False, prompt="")
    if brief is None or task is None:
        message = "the prompt has no brief or no task"
        raise ValueError(message)
    return Asked(
        Brief.model_validate_json(brief),
        json.loads(task),
        tuple(json.loads(_block(text, "links") or "[]")),
        _block(text, "errors") is not None,
        hashlib.sha256(brief.encode()).hexdigest()[:16],
    )


def valid_answer(asked: Asked) -> str:
    """Return JSON a section or an outline is made of, or that of a probe."""
    if asked.task == _PROBE:
        return json.dumps({"ok": True})
    content = _outline(asked) if asked.task["step"] == "outline" else _section(asked)
    return content.model_dump_json(exclude={"anchor"} if asked.task["step"] == "section" else None)


def _block(text: str, tag: str) -> str | None:
    found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)
    return None if found is None else found[1]


def _outline(asked: Asked) -> Outline:
    types = [BlockType(name) for name in asked.task["required"] or _DEFAULT_SECTIONS]
    planned = (BlockType.HERO, *(block for block in types if block is not BlockType.HERO))
    name = _name(asked.brief)
    return Outline(
        title=name[:120],
        slug=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "page",
        language=asked.task["language"],
        seo=Seo(title=name[:120], description=_sentence(asked.brief)[:320]),
        sections=tuple(
            SectionPlan(type=block, anchor=f"{block.value}-{index}", heading=f"{name[:80]} {index + 1}")
            for index, block in enumerate(planned)
        ),
    )


def _section(asked: Asked) -> blocks.Section:
    block = BlockType(asked.task["type"])
    content = _CONTENT[block](asked)
    return blocks.type_of_block[block].model_validate({"heading": asked.task["heading"], **content})


def _name(brief: Brief) -> str:
    return brief.name or brief.offer or brief.text[:60]


def _sentence(brief: Brief) -> str:
    whole = " ".join((brief.offer or brief.text or _name(brief)).split())
    return whole if len(whole) <= _LONGEST else whole[:_LONGEST].rpartition(" ")[0] or whole[:_LONGEST]


def _items(asked: Asked) -> dict[str, Any]:
    return {"items": [{"title": _name(asked.brief)[:100], "text": _sentence(asked.brief)} for _ in range(2)]}


def _action(asked: Asked) -> dict[str, Any]:
    return {"label": (asked.brief.call_to_action or _name(asked.brief))[:60], "href": asked.links[0]}


def _pricing(asked: Asked) -> dict[str, Any]:
    return {"plans": [{"name": price.item, "price": price.price, "text": price.note} for price in asked.brief.prices]}


def _testimonials(asked: Asked) -> dict[str, Any]:
    quotes = asked.brief.quotes[:12]
    return {"quotes": [{"quote": quote.text, "author": quote.author, "role": quote.role} for quote in quotes]}


def _stats(asked: Asked) -> dict[str, Any]:
    figure = re.search(r"\d[\d.,]*", asked.brief.text)
    return {"items": [{"value": figure[0] if figure else _name(asked.brief)[:60], "label": _name(asked.brief)}]}


def _gallery(asked: Asked) -> dict[str, Any]:
    return {"tiles": [{"title": _name(asked.brief)[:60], "alt": _sentence(asked.brief)} for _ in range(2)]}


def _team(asked: Asked) -> dict[str, Any]:
    return {"members": [{"name": one.name, "role": one.role, "bio": one.bio} for one in asked.brief.people]}


def _faq(asked: Asked) -> dict[str, Any]:
    return {"items": [{"question": _name(asked.brief)[:100], "answer": _sentence(asked.brief)}]}


def _contact(asked: Asked) -> dict[str, Any]:
    contact = asked.brief.contact
    hours = [{"days": entry.days, "hours": entry.hours} for entry in asked.brief.opening_hours]
    reach = {} if contact is None else contact.model_dump()
    return {**reach, "hours": hours}


_CONTENT: Final[dict[BlockType, Callable[[Asked], dict[str, Any]]]] = {
    BlockType.HERO: lambda asked: {"text": _sentence(asked.brief)},
    BlockType.FEATURES: _items,
    BlockType.STEPS: _items,
    BlockType.PRICING: _pricing,
    BlockType.TESTIMONIALS: _testimonials,
    BlockType.STATS: _stats,
    BlockType.GALLERY: _gallery,
    BlockType.TEAM: _team,
    BlockType.FAQ: _faq,
    BlockType.CONTACT: _contact,
    BlockType.CTA: lambda asked: {"action": _action(asked)},
    BlockType.TEXT: lambda asked: {"body": _sentence(asked.brief)},
}

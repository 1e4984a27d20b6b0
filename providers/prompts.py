"""The words a model gets: the rules, the brief as data, and the task.

Data is JSON between tags, with every `<` escaped, so that nothing in a brief can end its own block or open another.
What all sections of a page share comes first and is spelled the same each time: vendors charge less for a prompt's
beginning they have just seen.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import JsonValue

from domain.blocks import BlockType
from domain.brief import Brief
from domain.checks import plannable, required_sections
from domain.checks.facts import facts_of
from domain.checks.links import addresses
from domain.task import OutlineTask, SectionTask, Task
from providers.guidance import OUTLINE, guidance_for
from providers.model import Correction
from providers.rules import RULES

_LONGEST_QUOTED_ANSWER: Final = 40_000
_MOST_ERRORS: Final = 20
_BRIEFS_REMEMBERED: Final = 32
"""Reading a brief's facts takes up to a tenth of a second, and each request of a page needs the same ones twice."""
_LONGEST_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class CorrectionTurns:
    """The first answer, and what we say to it."""

    answer: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent: standing instructions, the request, and after a first answer its correction."""

    instructions: str
    request: str
    correction: CorrectionTurns | None = None

    @property
    def text(self) -> str:
        """All of it, to be measured."""
        said = [self.instructions, self.request]
        if self.correction is not None:
            said += [self.correction.answer, self.instructions, self.correction.complaint]
        return "\n".join(said)


def prompt_of(task: Task, correction: Correction | None = None) -> Prompt:
    """Return the prompt of `task`, and of its second request when a `correction` is given."""
    request = _outline_request(task) if isinstance(task, OutlineTask) else _section_request(task)
    return Prompt(RULES, request, None if correction is None else _correction(correction))


def _outline_request(task: OutlineTask) -> str:
    possible, required = _types(task.brief.model_dump_json())
    wanted: dict[str, JsonValue] = {
        "step": "outline",
        "language": task.language,
        "possible": list(possible),
        "required": list(required),
    }
    return "\n\n".join((*_brief(task.brief), _links(task.brief), _block("task", wanted), OUTLINE))


def _section_request(task: SectionTask) -> str:
    plan = task.plan
    wanted: dict[str, JsonValue] = {
        "step": "section",
        "language": task.language,
        "type": plan.type.value,
        "anchor": plan.anchor,
        "heading": plan.heading,
        "purpose": plan.purpose,
    }
    anchors = tuple(f"#{section.anchor}" for section in task.outline.sections if section.anchor != plan.anchor)
    parts = [
        *_brief(task.brief),
        _block("outline", task.outline.model_dump(mode="json")),
        _links(task.brief, *anchors, granted=task.instruction or ""),
        _block("task", wanted),
        *_revision(task),
        f"Write this section, a {plan.type.value}, under the heading of the task or a better one of the same meaning.",
        guidance_for(plan.type),
    ]
    return "\n\n".join(parts)


def _revision(task: SectionTask) -> list[str]:
    current = [] if task.current is None else [_block("current", task.current.model_dump(mode="json"))]
    return current if task.instruction is None else [*current, _block("change", task.instruction)]


def _brief(brief: Brief) -> tuple[str, str]:
    facts = brief.model_dump(mode="json", exclude={"sections", "avoid"}, exclude_none=True, exclude_defaults=True)
    return _block("brief", facts), _block("avoid", list(brief.avoid))


def _links(brief: Brief, *anchors: str, granted: str = "") -> str:
    return _block("links", [*_addresses(brief.model_dump_json(), granted), *anchors])


@lru_cache(maxsize=_BRIEFS_REMEMBERED)
def _addresses(brief_json: str, granted: str) -> tuple[str, ...]:
    return tuple(addresses(facts_of(Brief.model_validate_json(brief_json), granted)))


@lru_cache(maxsize=_BRIEFS_REMEMBERED)
def _types(brief_json: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    brief = Brief.model_validate_json(brief_json)
    possible = plannable(brief)
    return tuple(block.value for block in BlockType if block in possible), tuple(required_sections(brief))


def _correction(correction: Correction) -> CorrectionTurns:
    errors: list[JsonValue] = [error[:_LONGEST_ERROR] for error in correction.errors[:_MOST_ERRORS]]
    complaint = "\n".join(
        (
            "That answer cannot be used. A program found this wrong with it:",
            _block("errors", errors),
            "Answer again, in full, as one JSON object. Mend each of these points and keep what was right.",
            "Where a point is about something the brief does not say, leave it out rather than reword it.",
        )
    )
    # An empty turn is refused by some vendors.
    return CorrectionTurns(correction.output[:_LONGEST_QUOTED_ANSWER].strip() or "{}", complaint)


def _block(tag: str, content: JsonValue) -> str:
    written = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    return f"<{tag}>\n{written}\n</{tag}>"

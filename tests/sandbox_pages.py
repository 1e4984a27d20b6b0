"""Pages as the sandbox model writes them, step by step as a worker does, without a worker."""

import asyncio
from pathlib import Path
from typing import Final

from api.intake.brief import language_of, parse_brief
from domain.blocks import Section, type_of_block
from domain.brief import Brief
from domain.outline import Outline
from domain.page import PageDocument, Theme, assemble
from domain.task import OutlineTask, SectionTask, Task
from providers.limits import max_tokens
from providers.model import ModelRequest
from providers.sandbox.model import SandboxModel

EXAMPLES: Final = {path.stem: path for path in sorted((Path(__file__).parents[1] / "examples" / "briefs").iterdir())}
"""The example briefs by name."""

_MODEL: Final = SandboxModel()


def example(name: str) -> Brief:
    """Return an example brief, with its language."""
    brief = parse_brief(EXAMPLES[name].read_text(encoding="utf-8"))
    return brief.model_copy(update={"language": language_of(brief)})


def answer(task: Task) -> str:
    """Ask the sandbox model, with the limits a worker sets, and return its output."""
    return asyncio.run(_MODEL.request(ModelRequest(task, max_tokens(task)))).output


def outline_task(brief: Brief) -> OutlineTask:
    """Return the task of planning a brief's page."""
    return OutlineTask(brief=brief, language=brief.language or "en")


def plan_page(brief: Brief) -> Outline:
    """Plan a brief's page."""
    return Outline.model_validate_json(answer(outline_task(brief)))


def section_tasks(brief: Brief, outline: Outline) -> list[SectionTask]:
    """Return the task of writing each section of a page."""
    language = brief.language or "en"
    return [SectionTask(brief=brief, language=language, outline=outline, plan=plan) for plan in outline.sections]


def write_page(brief: Brief) -> PageDocument:
    """Write a brief's whole page."""
    outline = plan_page(brief)
    sections = tuple(_section(task, answer(task)) for task in section_tasks(brief, outline))
    return assemble(outline, sections, Theme.STUDIO, outline.slug)


def _section(task: SectionTask, output: str) -> Section:
    block = type_of_block[task.plan.type].model_validate_json(output)
    return block.model_copy(update={"anchor": task.plan.anchor})

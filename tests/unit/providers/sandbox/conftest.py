"""Pages as the sandbox model writes them, step by step, and what the checks say of them."""

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
from pydantic import BaseModel, JsonValue

from domain.blocks import Section, type_of_block
from domain.brief import Brief
from domain.check import Check
from domain.checks import check_outline, check_section
from domain.outline import Outline
from domain.page import PageDocument, Theme, assemble
from domain.task import OutlineTask, SectionTask, Task
from providers.limits import max_tokens
from providers.model import ModelRequest
from providers.sandbox.model import SandboxModel
from providers.sandbox.phrases import phrasebook

_WRAPPED = re.compile("(?<=[\u3000-\u9fff])\n(?=[\u3000-\u9fff])")
"""A line end within Japanese text, which stands for nothing."""
_LIST_MARK = re.compile(r"^\d+\. ", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="session")
def answer() -> Callable[[Task], str]:
    """Return a function that asks the sandbox model, with the limits a worker sets, and returns its output."""
    model = SandboxModel()
    return lambda task: asyncio.run(model.request(ModelRequest(task, max_tokens(task)))).output


@pytest.fixture(scope="session")
def plan(answer: Callable[[Task], str]) -> Callable[[Brief], Outline]:
    """Return a function that plans a brief's page."""

    def outline_of(brief: Brief) -> Outline:
        return Outline.model_validate_json(answer(OutlineTask(brief=brief, language=brief.language or "en")))

    return outline_of


@pytest.fixture(scope="session")
def write(answer: Callable[[Task], str], plan: Callable[[Brief], Outline]) -> Callable[[Brief], PageDocument]:
    """Return a function that writes a brief's whole page."""

    def page_of(brief: Brief) -> PageDocument:
        outline = plan(brief)
        tasks = _section_tasks(brief, outline)
        sections = tuple(_section(task, answer(task)) for task in tasks)
        return assemble(outline, sections, Theme.STUDIO, outline.slug)

    return page_of


@pytest.fixture(scope="session")
def failed(
    plan: Callable[[Brief], Outline], write: Callable[[Brief], PageDocument]
) -> Callable[[Brief], list[tuple[str, Check]]]:
    """Return a function that names the hard checks a brief's page does not pass, each with its step."""

    def failed_checks(brief: Brief) -> list[tuple[str, Check]]:
        outline, page = plan(brief), write(brief)
        found = [("outline", check) for check in check_outline(outline, _outline_task(brief))]
        for task, section in zip(_section_tasks(brief, outline), page.sections, strict=True):
            found += [(section.anchor, check) for check in check_section(section, task)]
        return [(step, check) for step, check in found if not check.passed]

    return failed_checks


@pytest.fixture(scope="session")
def unsaid() -> Callable[[PageDocument, Brief], set[str]]:
    """Return a function that names the words of a page that neither the brief nor the phrases of its language hold."""

    def words(page: PageDocument, brief: Brief) -> set[str]:
        unwrapped = brief.model_copy(update={"text": _WRAPPED.sub("", brief.text)})
        said = _words(unwrapped) | _words_of(" ".join(phrasebook(page.language).printed))
        return _words(page) - said

    return words


def _outline_task(brief: Brief) -> OutlineTask:
    return OutlineTask(brief=brief, language=brief.language or "en")


def _section_tasks(brief: Brief, outline: Outline) -> list[SectionTask]:
    language = brief.language or "en"
    return [SectionTask(brief=brief, language=language, outline=outline, plan=plan) for plan in outline.sections]


def _section(task: SectionTask, output: str) -> Section:
    block = type_of_block[task.plan.type].model_validate_json(output)
    return block.model_copy(update={"anchor": task.plan.anchor})


def _words(document: BaseModel) -> set[str]:
    return _words_of("\n".join(_texts(document.model_dump(mode="json"))))


def _words_of(text: str) -> set[str]:
    return set(_WORD.findall(_LIST_MARK.sub("", text).replace("\\", "").casefold()))


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for inner in value:
                yield from _texts(inner)
        case dict():
            for name, inner in value.items():
                if name not in {"type", "anchor", "href", "slug", "language", "theme", "url"}:
                    yield from _texts(inner)
        case _:
            pass

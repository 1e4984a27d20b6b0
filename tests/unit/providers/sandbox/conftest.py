"""Pages as the sandbox model writes them, and what the checks say of them."""

import re
from collections.abc import Callable, Iterator

import pytest
from pydantic import BaseModel, JsonValue

from domain.brief import Brief
from domain.check import Check
from domain.checks import check_outline, check_section
from domain.outline import Outline
from domain.page import PageDocument
from domain.task import Task
from providers.sandbox.phrases import phrasebook
from tests.sandbox_pages import answer, outline_task, plan_page, section_tasks, write_page

_WRAPPED = re.compile("(?<=[\u3000-\u9fff])\n(?=[\u3000-\u9fff])")
"""A line end within Japanese text, which stands for nothing."""
_LIST_MARK = re.compile(r"^\d+\. ", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="session", name="answer")
def answer_fixture() -> Callable[[Task], str]:
    """Return a function that asks the sandbox model, with the limits a worker sets, and returns its output."""
    return answer


@pytest.fixture(scope="session")
def plan() -> Callable[[Brief], Outline]:
    """Return a function that plans a brief's page."""
    return plan_page


@pytest.fixture(scope="session")
def write() -> Callable[[Brief], PageDocument]:
    """Return a function that writes a brief's whole page."""
    return write_page


@pytest.fixture(scope="session")
def failed(
    plan: Callable[[Brief], Outline], write: Callable[[Brief], PageDocument]
) -> Callable[[Brief], list[tuple[str, Check]]]:
    """Return a function that names the hard checks a brief's page does not pass, each with its step."""

    def failed_checks(brief: Brief) -> list[tuple[str, Check]]:
        outline, page = plan(brief), write(brief)
        found = [("outline", check) for check in check_outline(outline, outline_task(brief))]
        for task, section in zip(section_tasks(brief, outline), page.sections, strict=True):
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

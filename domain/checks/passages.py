"""The strings of a section or an outline, each with its place in the JSON a model wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from pydantic import BaseModel

from domain.blocks import Question, Section, Text
from domain.checks.markdown import targets, visible
from domain.checks.reading import Reading, read
from domain.outline import Outline

_NOT_TEXT: Final = {"type", "anchor", "href"}
_PROSE: Final = {(Text, "body"), (Question, "answer")}


@dataclass(frozen=True, slots=True)
class Passage:
    """One string a reader sees, read once."""

    path: str
    """For example `items[2].text`."""
    raw: str
    is_prose: bool
    reading: Reading
    targets: tuple[str, ...] = ()
    """Addresses of the links in prose."""


@dataclass(frozen=True, slots=True)
class Href:
    """The address of a button or link."""

    path: str
    href: str


def passages_of(section: Section) -> tuple[Passage, ...]:
    """Return every text of a section; which of them are prose is decided by the block's own type."""
    return tuple(
        passage(path, value, is_prose=(type(owner), name) in _PROSE)
        for owner, name, path, value in _strings(section, "")
        if name not in _NOT_TEXT
    )


def hrefs_of(section: Section) -> tuple[Href, ...]:
    """Return every address of a section outside its prose."""
    return tuple(Href(path, value) for _, name, path, value in _strings(section, "") if name == "href")


def outline_passages(outline: Outline) -> tuple[Passage, ...]:
    """Return what an outline shows to readers: titles, description, headings."""
    shown = [("title", outline.title), ("seo.title", outline.seo.title), ("seo.description", outline.seo.description)]
    shown += [(f"sections[{index}].heading", plan.heading) for index, plan in enumerate(outline.sections)]
    return tuple(passage(path, text) for path, text in shown)


def outline_purposes(outline: Outline) -> tuple[Passage, ...]:
    """Return what an outline tells the writers of its sections."""
    return tuple(
        passage(f"sections[{index}].purpose", plan.purpose)
        for index, plan in enumerate(outline.sections)
        if plan.purpose
    )


def passage(path: str, text: str, *, is_prose: bool = False) -> Passage:
    """Return a text as a passage."""
    if not is_prose:
        return Passage(path, text, is_prose=False, reading=read(text))
    return Passage(path, text, is_prose=True, reading=read(visible(text)), targets=targets(text))


def _strings(model: BaseModel, prefix: str) -> Iterator[tuple[BaseModel, str, str, str]]:
    for name, field in type(model).model_fields.items():
        path = f"{prefix}{field.alias or name}"
        value: object = getattr(model, name)
        if isinstance(value, str):
            yield model, name, path, value
        elif isinstance(value, BaseModel):
            yield from _strings(value, f"{path}.")
        elif isinstance(value, tuple):
            yield from _items(model, name, path, cast("tuple[object, ...]", value))


def _items(
    model: BaseModel, name: str, path: str, values: tuple[object, ...]
) -> Iterator[tuple[BaseModel, str, str, str]]:
    for index, value in enumerate(values):
        if isinstance(value, str):
            yield model, name, f"{path}[{index}]", value
        elif isinstance(value, BaseModel):
            yield from _strings(value, f"{path}[{index}].")

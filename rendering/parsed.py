"""A rendered page read back: its elements in order, its style text and what is wrong with its markup."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Final

_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


@dataclass(frozen=True, slots=True)
class Element:
    """One element; an attribute without a value has an empty one."""

    tag: str
    attributes: Mapping[str, str]
    line: int

    @property
    def place(self) -> str:
        """Where the element is, for a message."""
        return f"<{self.tag}> on line {self.line}"


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """All elements in document order, the text of style elements, and faults of the markup itself."""

    elements: tuple[Element, ...]
    style: str
    faults: tuple[str, ...]

    def named(self, *tags: str) -> list[Element]:
        """Return the elements with one of the names, in document order."""
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> Counter[str]:
        """How often each id is given."""
        return Counter(element.attributes["id"] for element in self.elements if "id" in element.attributes)


def parse(html: str) -> ParsedPage:
    """Return a page read back. Never raises: what cannot be read is a fault."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return ParsedPage(tuple(reader.elements), "".join(reader.style), tuple(reader.all_faults()))


class _Reader(HTMLParser):
    """Holds every element closed by its own end tag: stricter than HTML, as the renderer's output is."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.style: list[str] = []
        self._open: list[Element] = []
        self._faults: list[str] = []
        self._doctype = False

    def all_faults(self) -> list[str]:
        unclosed = [f"{element.place} is never closed" for element in self._open]
        missing = [] if self._doctype else ["the page does not start with <!doctype html>"]
        return [*missing, *self._faults, *unclosed]

    def handle_decl(self, decl: str) -> None:
        self._doctype = self._doctype or (decl.lower() == "doctype html" and not self.elements)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self._faults.append(f"</{tag}> on line {self.getpos()[0]} closes nothing open")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].tag == "style":
            self.style.append(data)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        element = Element(tag, MappingProxyType(attributes), self.getpos()[0])
        if len(attributes) < len(attrs):
            self._faults.append(f"{element.place} has an attribute twice")
        self.elements.append(element)
        return element

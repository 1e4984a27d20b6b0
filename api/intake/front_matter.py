"""YAML front matter, read as nothing but text, lists and mappings.

The YAML is read event by event: no object is ever constructed from a tag, no alias is ever followed, and every scalar
is the text that stands there, so that a price of `4.20` keeps its zero and a language of `no` is no boolean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml
from pydantic import JsonValue

_FENCED: Final = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCE: Final = re.compile(r"---[ \t]*(?:\n|\Z)")
_DEEPEST: Final = 4
"""The brief, its lists, their entries, and one level for a clear message about what is nested in those."""
_NOTHING: Final = {"", "~", "null"}
_TWICE: Final = "is given twice"

_Event = yaml.NodeEvent | yaml.CollectionEndEvent


class FrontMatterError(Exception):
    """Front matter that cannot be read; `field` is the dotted path of what is wrong, empty for all of it."""

    def __init__(self, message: str, field: str = "") -> None:
        """Say what is wrong and where."""
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A text parted into its facts and what follows them."""

    facts: dict[str, JsonValue]
    """Strings, lists and mappings; None is a key without a value."""
    body: str


def split_front_matter(text: str) -> FrontMatter | None:
    """Return the front matter of a text and its body; None when it does not begin with a `---` line.

    Lines end with line feeds. Raises FrontMatterError when it begins so and cannot be read.
    """
    if _FENCE.match(text) is None:
        return None
    fenced = _FENCED.match(text)
    if fenced is None:
        message = "the front matter is not closed: put a line --- after its last key"
        raise FrontMatterError(message)
    return FrontMatter(_read(fenced["yaml"]), text[fenced.end() :])


def _read(source: str) -> dict[str, JsonValue]:
    try:
        value = _Builder(_events(source)).whole()
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" in line {error.problem_mark.line + 2}"
        message = f"the front matter is not YAML: {error.problem or 'unreadable'}{line}"
        raise FrontMatterError(message) from None
    except yaml.YAMLError:
        message = "the front matter is not YAML: it holds a character YAML does not allow"
        raise FrontMatterError(message) from None
    if not isinstance(value, dict):
        message = "the front matter has to be keys with values, such as `name: Corner Bakery`"
        raise FrontMatterError(message)
    return value


def _events(source: str) -> Iterator[_Event]:
    # The loader only parses here. libyaml's is ten times faster, where PyYAML was built with it.
    loader: type[yaml.CSafeLoader | yaml.SafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    for event in yaml.parse(source, Loader=loader):
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


class _Builder:
    """Makes values of YAML events, refusing what makes YAML dangerous or ambiguous."""

    def __init__(self, events: Iterator[_Event]) -> None:
        self._events = events

    def whole(self) -> JsonValue:
        first = next(self._events, None)
        if first is None:
            return {}
        value = self._value(first, ())
        if next(self._events, None) is not None:
            message = "the front matter holds more than one YAML document"
            raise FrontMatterError(message)
        return value

    def _value(self, event: _Event, path: tuple[str, ...]) -> JsonValue:
        _refuse_tricks(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _NOTHING else event.value
        return self._sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _sequence(self, path: tuple[str, ...]) -> list[JsonValue]:
        values: list[JsonValue] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, str(len(values)))))
        return values

    def _mapping(self, path: tuple[str, ...]) -> dict[str, JsonValue]:
        values: dict[str, JsonValue] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            _refuse_tricks(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                message = "a key has to be a word"
                raise FrontMatterError(message, ".".join(path))
            here = (*path, event.value)
            if event.value in values:
                raise FrontMatterError(_TWICE, ".".join(here))
            values[event.value] = self._value(next(self._events), here)
        return values


def _refuse_tricks(event: _Event, path: tuple[str, ...]) -> None:
    message = ""
    if len(path) > _DEEPEST:
        message = "is nested too deeply for a brief"
    elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        message = "uses a YAML anchor or alias (& or *): write the value out, in quotation marks if it begins with one"
    elif getattr(event, "tag", None) is not None:
        message = "uses a YAML tag (!): write the value as plain text, in quotation marks if it begins with !"
    if message:
        raise FrontMatterError(message, ".".join(path))

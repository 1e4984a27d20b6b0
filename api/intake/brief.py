"""Briefs as makers send them: plain text, Markdown with YAML front matter, or JSON.

What arrives is held to every limit here, unknown keys included; the stored `Brief` is more lenient because it has to
outlive its code.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from typing import Any, Final, NoReturn, cast

import langcodes
from langcodes.tag_parser import LanguageTagError
from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from api.intake.front_matter import FrontMatterError, split_front_matter
from domain.blocks import BlockType
from domain.brief import MAX_FACTS, MAX_SECTIONS, MAX_TEXT, Brief
from domain.checks.prose import unprintable
from domain.language import detect_language

MAX_SOURCE: Final = 400_000
"""Characters of a whole brief: its text and 200 facts at their longest."""

_DESCRIPTIONS: Final = {
    "text": f"What the page is about, in your own words. At most {MAX_TEXT} characters.",
    "name": "Name of the business, person, event or project.",
    "offer": "What is offered, in one line.",
    "audience": "For whom the page is.",
    "callToAction": "What a visitor should do: `Book a table`.",
    "tone": "How the page should sound: `warm and plain`.",
    "language": "BCP 47 tag of the page's text: `de`, `pt-BR`. Without it, the language of the text.",
    "links": "Web addresses the page may link to. It links to no others.",
    "contact": "How to reach you; shown exactly as given.",
    "openingHours": "Opening hours, in your own words.",
    "prices": "Prices in your own spelling. The page states no others.",
    "quotes": "What others said, with their names; repeated word for word or not at all.",
    "people": "People the page may present.",
    "sections": f"Sections the page must have, in order. With the hero, which comes first, at most {MAX_SECTIONS}.",
    "avoid": "Words the page must not use.",
}
_FACT_LISTS: Final = ("links", "openingHours", "prices", "quotes", "people", "avoid")
_REPEATED: Final = ("links", "contact", "openingHours", "prices", "quotes", "people")
"""Facts that stand on the page as they are spelled."""
_SPELLINGS: Final = {re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name): name for name in _DESCRIPTIONS}
"""JSON names by their snake_case spelling."""

_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TEXT: Final = r"^[^\u0000-\u0008\u000e-\u001f\u007f]*$"
"""Nothing that is no text, for JSON schemas."""
_WORDS: Final = r"^[^\u0000-\u0008\u000e-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u0008\u000e-\u001f\u007f]*$"
"""The same, with something to read in it."""
_DEEPEST: Final = 3
"""Levels of containers in a brief: itself, a list, an entry."""
_NO_LANGUAGE: Final = re.compile("und|mul|zxx|mis|q[a-t][a-z]")
"""Undetermined, several, none, uncoded, private use."""

_ADVICE: Final = {
    "string_type": 'has to be text; numbers and dates too are written as text, such as "4.20"',
    "tuple_type": "has to be a list",
    "model_type": "has to be an object with named values",
    "missing": "is missing",
    "enum": f"is no block type; there are {', '.join(BlockType)}",
}
_SHAPES: Final = {
    "url": "has to be a web address that begins with http:// or https://",
    "email": "has to be one e-mail address, such as info@example.com",
}
_TWICE: Final = "is given twice"


class BriefError(Exception):
    """A brief that cannot be taken.

    `field` is the dotted path of what is wrong in the names of the JSON form (`prices.2.price`, lists from 0), empty
    for the brief as a whole; `message` says what is wrong with it and what to do.
    """

    def __init__(self, field: str, message: str) -> None:
        """Refuse `field` for the reason in `message`."""
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


def parse_brief(source: str | Mapping[str, object]) -> Brief:
    """Return the brief in `source`, its language tag normalised. Raises BriefError.

    A string that begins with `{` is JSON, one that begins with a `---` line has YAML front matter, every other one is
    the text. A mapping is the JSON form already decoded. Keys are camelCase or snake_case. In YAML every scalar is
    taken as text; in JSON facts have to be strings.
    """
    if isinstance(source, Mapping):
        return _brief(source)
    if len(source) > MAX_SOURCE:
        _raise("", f"the brief has {len(source)} characters; the limit is {MAX_SOURCE} with all its facts")
    text = _LINE_ENDS.sub("\n", source.removeprefix("\ufeff")).strip()
    _refuse_what_is_no_text(text, "")
    return _brief(_from_json(text) if text.startswith("{") else _from_markdown(text))


def language_of(brief: Brief) -> str:
    """Return the BCP 47 tag of the language a page for `brief` is written in: the one asked for, else the text's."""
    if brief.language is not None:
        return brief.language
    said = (brief.text, brief.offer, brief.name, brief.audience, brief.call_to_action)
    return detect_language("\n".join(text for text in said if text))


def checked_language(tag: str) -> str:
    """Return a BCP 47 tag, normalised. Raises BriefError."""
    try:
        known = langcodes.tag_is_valid(tag) and not _NO_LANGUAGE.fullmatch(langcodes.get(tag).language or "und")
        if known:
            return langcodes.standardize_tag(tag)
    except LanguageTagError:
        pass
    raise BriefError("language", f"{tag[:35]!r} is no language tag (BCP 47), such as de, pt-BR or ar")


def brief_schema() -> dict[str, JsonValue]:
    """Return the JSON schema of a brief as it may be sent, with descriptions and limits."""
    schema: dict[str, Any] = deepcopy(Brief.model_json_schema(by_alias=True))
    for part in (schema, *schema["$defs"].values()):
        if part.get("type") == "object":
            part["additionalProperties"] = False
    for name, description in _DESCRIPTIONS.items():
        schema["properties"][name]["description"] = description
    for name in _FACT_LISTS:
        schema["properties"][name]["maxItems"] = MAX_FACTS
    schema["description"] = (
        "What a page is made from: nothing the page states as fact comes from anywhere else. At least one of text, "
        f"name and offer is given. All lists of facts hold at most {MAX_FACTS} together."
    )
    schema["anyOf"] = [
        {"required": [name], "properties": {name: {"type": "string", "pattern": _WORDS}}}
        for name in ("text", "name", "offer")
    ]
    schema["properties"]["text"]["pattern"] = _TEXT
    schema["properties"]["sections"]["anyOf"] = [
        {"maxItems": MAX_SECTIONS - 1},
        {"contains": {"const": BlockType.HERO.value}},
    ]
    return _of_words(schema)


def brief_text_schema() -> dict[str, JsonValue]:
    """Return the JSON schema of a brief sent as a text."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_SOURCE,
        "pattern": _WORDS,
        "description": "Plain text, Markdown with YAML front matter, or JSON.",
    }


def _of_words(schema: Any) -> Any:  # noqa: ANN401  JSON
    """Return a schema whose texts are text, and hold more than spaces, which are taken off, if they hold anything."""
    if isinstance(schema, list):
        return [_of_words(part) for part in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = {name: _of_words(part) for name, part in cast("dict[str, Any]", schema).items()}
    if parts.get("type") != "string" or parts.get("pattern") in {_TEXT, _WORDS} or "enum" in parts:
        return parts
    if "pattern" in parts:
        return parts | {"allOf": [{"pattern": _TEXT}]}
    return parts | {"pattern": _WORDS if parts.get("minLength") == 1 else _TEXT}


def _raise(field: str, message: str) -> NoReturn:
    raise BriefError(field, message) from None


def _from_json(source: str) -> Mapping[str, object]:
    try:
        return json.loads(source, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        _raise("", f"the brief begins like JSON and is none: {error.msg} at {place}")
    except RecursionError:
        _raise("", "the brief is nested too deeply")
    except ValueError:  # an integer of thousands of digits
        _raise("", "the brief holds a number too long to read")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            _raise(_SPELLINGS.get(name, name), _TWICE)
        found[name] = value
    return found


def _from_markdown(source: str) -> Mapping[str, object]:
    try:
        parted = split_front_matter(source)
    except FrontMatterError as error:
        top, dot, rest = error.field.partition(".")
        _raise(_SPELLINGS.get(top, top) + dot + rest, error.message)
    if parted is None:
        return {"text": source}
    body = parted.body.strip()
    if body and parted.facts.get("text"):
        _raise("text", f"{_TWICE}: in the front matter and below it")
    return {**parted.facts, "text": body} if body else parted.facts


def _brief(facts: Mapping[str, object]) -> Brief:
    given = _with_json_names(facts)
    for path, text in _strings(given, ""):
        _refuse_what_is_no_text(text, path)
    _refuse_too_many_facts(given)
    try:
        brief = Brief.model_validate(given, extra="forbid")
    except ValidationError as error:
        _refuse(error.errors(include_url=False)[0])
    _refuse_unprintable(given)
    if sum(block is not BlockType.HERO for block in brief.sections) >= MAX_SECTIONS:
        _raise("sections", f"are {MAX_SECTIONS} besides the hero; a page has at most {MAX_SECTIONS} with it")
    if brief.language is None:
        return brief
    return brief.model_copy(update={"language": checked_language(brief.language)})


def _with_json_names(facts: Mapping[str, object]) -> dict[str, object]:
    given: dict[str, object] = {}
    for key, value in facts.items():
        name = _SPELLINGS.get(key, key)
        if name in given:
            _raise(name, _TWICE)
        given[name] = value
    return {name: value for name, value in given.items() if value is not None or name not in _DESCRIPTIONS}


def _strings(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each string and key, as deep as a brief goes; its type refuses what is deeper."""
    if isinstance(value, str):
        yield path, value
    elif depth < _DEEPEST:
        for key, inner in _contents(value):
            here = f"{path}.{key}" if path else key
            yield path, key
            yield from _strings(inner, here, depth + 1)


def _contents(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [(str(key), inner) for key, inner in cast("Mapping[object, object]", value).items()]
    if isinstance(value, list | tuple):
        return [(str(index), inner) for index, inner in enumerate(cast("Sequence[object]", value))]
    return ()


def _refuse_what_is_no_text(text: str, path: str) -> None:
    found = _NOT_TEXT.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        _raise(path, f"holds the character U+{ord(found[0]):04X} in line {line}, which is no text: remove it")


def _refuse_unprintable(given: Mapping[str, object]) -> None:
    """Refuse facts a page has to repeat letter by letter and may not: each section with one would be thrown away."""
    for name in _REPEATED:
        for path, text in _strings(given.get(name), name):
            complaints = () if path.endswith(".url") else unprintable(text)
            if complaints:
                _raise(path, complaints[0])


def _refuse_too_many_facts(given: Mapping[str, object]) -> None:
    counts = {name: len(list(_contents(given.get(name)))) for name in _FACT_LISTS}
    total = sum(counts.values())
    if total > MAX_FACTS:
        longest = max(counts, key=lambda name: counts[name])
        _raise(longest, f"holds {counts[longest]} of {total} facts; the limit is {MAX_FACTS} in all lists together")


def _refuse(error: ErrorDetails) -> NoReturn:
    path = [str(part) for part in error["loc"]]
    if not path:
        _raise("text", "the brief is empty: give it a text, a name or an offer")
    if error["type"] == "extra_forbidden":
        _raise(".".join(path), f"is not known here{_suggestion(path)}")
    if error["type"] == "string_pattern_mismatch":
        _raise(".".join(path), _SHAPES.get(path[-1], error["msg"]))
    _raise(".".join(path), _ADVICE.get(error["type"], error["msg"]))


def _suggestion(path: list[str]) -> str:
    if len(path) > 1:
        return ""
    close = get_close_matches(path[0], _DESCRIPTIONS, n=1)
    return f"; did you mean {close[0]}?" if close else f"; a brief has {', '.join(_DESCRIPTIONS)}"

"""A brief's free text, read: its Markdown as topics with paragraphs, lists and sub-topics."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from providers.sandbox.phrases.phrasebook import Reading
from providers.sandbox.sentences import clean, is_cjk, says_something, split

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False})
_BULLETS: Final = frozenset("•‣▪▸►●◦–—→")
_PICTURES: Final = frozenset({"So", "Sk", "Mn", "Cf"})
"""Categories of an emoji's characters: pictures, skin tones, variation selectors, joiners."""
_FEWEST_POINTS: Final = 2
_LIST_HEADING: Final = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One point of a list, or one paragraph. `lead` is the bold text it begins with, without its colon."""

    lead: str
    sentences: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.lead and not self.sentences


@dataclass(frozen=True, slots=True)
class Topic:
    """What stands under one heading; `heading` is empty before the first. `steps` are an ordered list."""

    heading: str = ""
    level: int = 0
    paragraphs: tuple[Entry, ...] = ()
    points: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    topics: tuple["Topic", ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of its own paragraphs, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    @property
    def empty(self) -> bool:
        """Whether nothing stands under its heading."""
        return not (self.paragraphs or self.points or self.steps or self.topics)


@dataclass(slots=True)
class _Draft:
    """A topic being read."""

    heading: str = ""
    level: int = 0
    paragraphs: list[Entry] = field(default_factory=list[Entry])
    points: list[Entry] = field(default_factory=list[Entry])
    steps: list[Entry] = field(default_factory=list[Entry])

    def topic(self) -> Topic:
        """Return it as it stands."""
        return Topic(self.heading, self.level, tuple(self.paragraphs), tuple(self.points), tuple(self.steps))


def read(text: str, reading: Reading) -> tuple[Topic, ...]:
    """Return the topics of a text in order. A topic with sub-headings holds them, one level deep."""
    drafts = [_Draft()]
    lists: list[bool] = []
    tokens = _MARKDOWN.parse("\n".join(_with_list_marks(text.split("\n"))))
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            drafts.append(_Draft(_plain(tokens[index + 1]), int(token.tag[1:])))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            if not lists:
                drafts += _list_with_heading(drafts[-1])
            lists.append(token.type == "ordered_list_open")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
            if not lists and drafts[-1].heading and not drafts[-1].level:
                drafts.append(_Draft())
        elif token.type in {"code_block", "fence"}:
            _place(Entry("", split(token.content, reading)), drafts[-1], lists)
        elif token.type == "inline" and tokens[index - 1].type == "paragraph_open":
            _place(_entry(token, reading), drafts[-1], lists)
    return _nested([draft.topic() for draft in drafts])


def every_sentence(topics: Sequence[Topic]) -> list[str]:
    """Return every sentence of the topics, in order, those of lists and sub-topics included."""
    found: list[str] = []
    for topic in topics:
        for entry in (*topic.paragraphs, *topic.points, *topic.steps):
            found += entry.sentences
        found += every_sentence(topic.topics)
    return found


def _list_with_heading(draft: _Draft) -> list[_Draft]:
    """Return a draft for the list that begins, when the line above it is its heading: `Services:` in a plain text."""
    last = draft.paragraphs[-1].sentences if draft.paragraphs and not draft.paragraphs[-1].lead else ()
    if draft.heading or len(last) != 1 or len(last[0]) > _LIST_HEADING or not last[0].endswith((":", "：")):
        return []
    del draft.paragraphs[-1]
    return [_Draft(last[0].rstrip(":： "))]


def _with_list_marks(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; where some in a row begin with a bullet or an emoji, they are Markdown's points instead."""
    for marked, run in groupby(lines, key=lambda line: bool(_after_mark(line))):
        group = list(run)
        if marked and len(group) >= _FEWEST_POINTS:
            yield from (f"- {_after_mark(line)}" for line in group)
            yield ""
        else:
            yield from group


def _after_mark(line: str) -> str:
    """Return what follows the bullet or the emoji a line begins with; empty when there is none of them."""
    bare = line.strip()
    if bare[:1] not in _BULLETS and unicodedata.category(bare[:1] or " ") != "So":
        return ""
    rest = next((bare[place:] for place, letter in enumerate(bare) if not _is_mark(letter)), "")
    return rest.strip() if says_something(rest) and (rest[0].isspace() or bare[0] not in _BULLETS) else ""


def _is_mark(letter: str) -> bool:
    return letter in _BULLETS or unicodedata.category(letter) in _PICTURES


def _place(entry: Entry, draft: _Draft, lists: Sequence[bool]) -> None:
    if entry.empty:
        return
    if not lists:
        draft.paragraphs.append(entry)
    elif lists[0]:
        draft.steps.append(entry)
    else:
        draft.points.append(entry)


def _entry(token: Token, reading: Reading) -> Entry:
    children = token.children or []
    if children and children[0].type == "text" and not children[0].content:
        children = children[1:]
    if not children or children[0].type != "strong_open":
        return Entry("", split(_plain(token), reading))
    end = next(index for index, child in enumerate(children) if child.type == "strong_close" and child.level == 0)
    lead, rest = _text(children[:end]), _text(children[end:])
    if not says_something(rest):
        return Entry("", split(lead, reading))
    if lead.endswith((":", "：", ".", "。", "?", "؟", "？", "!", "！")) or rest[:1] in ":：–—-.":
        bare = lead.rstrip(":：.。 ")
        return Entry(bare, split(rest.lstrip(":：–—-. "), reading))
    return Entry("", split(_plain(token), reading))


def _plain(token: Token) -> str:
    return _text(token.children or [])


def _text(children: Sequence[Token]) -> str:
    text = ""
    for position, child in enumerate(children):
        if child.type in {"text", "code_inline"}:
            text += child.content
        elif child.type in {"softbreak", "hardbreak"}:
            following = next((later.content for later in children[position + 1 :] if later.content), "")
            text += "" if text and following and is_cjk(text[-1]) and is_cjk(following[0]) else " "
        elif child.type == "image":
            text += child.content
    return clean(text)


def _nested(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Put topics of a deeper level into the one above, save into a text's title, which is above everything."""
    if not topics:
        return ()
    levels = sorted({topic.level for topic in topics if topic.level})
    titled = levels[:1] == [1] and len(levels) > 1 and sum(topic.level == levels[0] for topic in topics) == 1
    top = levels[1] if titled else levels[0] if levels else 0
    nested: list[Topic] = []
    for topic in topics:
        if topic.level > top and nested and nested[-1].level == top:
            nested[-1] = replace(nested[-1], topics=(*nested[-1].topics, topic))
        else:
            nested.append(topic)
    return tuple(topic for topic in nested if topic.heading or not topic.empty)

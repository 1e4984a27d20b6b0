"""Writing sentences down as a block's `Prose`: Markdown in which they read as they stand."""

import re
from collections.abc import Iterable
from typing import Final

from providers.sandbox.manuscript import Entry, Topic
from providers.sandbox.phrases.phrasebook import Reading
from providers.sandbox.sentences import fit, join

_PROSE: Final = 5_800
_MARKS: Final = re.compile(r"[\\`*\[\]<>]|(?<!\w)_|_(?!\w)")
_LINE_MARKS: Final = re.compile(r"^(?:#{1,6}(?=\s)|[-+](?=\s)|(?P<number>\d{1,9})(?P<mark>[.)])(?=\s)|~{3})")


def escaped(text: str) -> str:
    """Return text whose Markdown marks are letters like others."""
    text = _MARKS.sub(lambda mark: "\\" + mark[0], text)
    found = _LINE_MARKS.match(text)
    if not found:
        return text
    if found["number"]:
        return f"{found['number']}\\{text[found.start('mark') :]}"
    return "\\" + text


def paragraph(sentences: Iterable[str]) -> str:
    """Return sentences as one Markdown paragraph."""
    return escaped(join(sentences))


def entry_text(entry: Entry, reading: Reading, limit: int = _PROSE) -> str:
    """Return a paragraph or a list's point as Markdown, its lead in bold."""
    text = escaped(fit(entry.sentences, limit, reading))
    return f"**{escaped(entry.lead)}** {text}" if entry.lead else text


def body(topic: Topic, reading: Reading) -> str:
    """Return a topic as Markdown: its paragraphs, then its lists, within what `Prose` may hold."""
    points = [f"- {entry_text(point, reading)}" for point in topic.points]
    steps = [f"{number}. {entry_text(step, reading)}" for number, step in enumerate(topic.steps, 1)]
    text = within(entry_text(entry, reading) for entry in topic.paragraphs)
    for lines in (points, steps):
        text = within([text, within(lines, "\n", _PROSE - len(text) - 2)])
    return text


def within(parts: Iterable[str], gap: str = "\n\n", limit: int = _PROSE) -> str:
    """Return the first parts that, with a gap between them, hold at most `limit` characters."""
    text = ""
    for part in filter(None, parts):
        longer = f"{text}{gap}{part}" if text else part
        if len(longer) > limit:
            break
        text = longer
    return text

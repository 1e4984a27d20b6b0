"""Cards: points and paragraphs of a brief as titled items."""

import re
from collections.abc import Iterable
from typing import Final

from domain.blocks import Item
from providers.sandbox.manuscript import Entry, Topic
from providers.sandbox.phrases.phrasebook import Reading
from providers.sandbox.sentences import capital, fit, is_cjk, is_question, join, shorten, with_stop, without_stop

_TITLE: Final = 80
_SHORT_SENTENCE: Final = 60
_TEXT: Final = 600
_SPLIT: Final = re.compile(r"^(?P<title>[^:：]{2,80}?)(?::\s+|：\s*|\s+[–—]\s+|\s+-\s+)(?P<text>.{2,})$", re.DOTALL)
_CJK_WIDTH: Final = 2


def width(text: str) -> int:
    """Return how much room a text takes, in Latin letters."""
    return sum(_CJK_WIDTH if is_cjk(character) else 1 for character in text)


def card(entry: Entry, reading: Reading) -> Item | None:
    """Return a point as an item with a title; None when nothing in it can be its title."""
    title, text = _halves(entry)
    if not title or not text:
        return None
    return Item(title=shorten(title, _TITLE, reading), text=capital(fit(text, _TEXT, reading)))


def cards(entries: Iterable[Entry], reading: Reading) -> tuple[Item, ...]:
    """Return entries as items; empty unless every one of them has a title."""
    found = [card(entry, reading) for entry in entries]
    items = tuple(item for item in found if item)
    return items if len(items) == len(found) else ()


def topic_card(topic: Topic, reading: Reading) -> Item | None:
    """Return a topic of a few sentences as an item; None when it holds more than one has room for."""
    text = join(topic.sentences)
    plain = not (topic.points or topic.steps or topic.topics) and topic.heading and text
    if not plain or len(text) > _TEXT or any(entry.lead for entry in topic.paragraphs):
        return None
    return Item(title=shorten(topic.heading, _TITLE, reading), text=text)


def _halves(entry: Entry) -> tuple[str, tuple[str, ...]]:
    if entry.lead:
        return entry.lead, entry.sentences
    if not entry.sentences:
        return "", ()
    first, *rest = entry.sentences
    found = _SPLIT.match(first)
    if found and not found["title"].startswith(("http", "(")):
        return without_stop(found["title"]), (with_stop(found["text"]) if rest else found["text"], *rest)
    if rest and width(first) <= _SHORT_SENTENCE and not is_question(first):
        return without_stop(first), tuple(rest)
    return "", ()

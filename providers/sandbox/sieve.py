"""What of a brief's words may stand on a page: what the page's checks let through and readers are meant to read."""

import re
from dataclasses import dataclass, replace
from typing import Final

from domain.checks import prose
from domain.checks.facts import Facts
from domain.checks.folding import fold
from domain.checks.passages import Passage
from domain.checks.reading import Reading as FactsReading
from domain.checks.reading import read
from providers.sandbox.manuscript import Entry, Topic
from providers.sandbox.phrases.phrasebook import Reading
from providers.sandbox.sentences import capital, clean, is_question, says_something, without_stop

_PLACEHOLDER: Final = re.compile(r"\b(?:TODO|TBD|TBA|FIXME|XXX+)\b")
"""Notes to oneself: given by the brief, and still not for readers."""

_MAYBE_ADDRESS: Final = re.compile(r"@|://|\w\.\w|(?:\d[^\w]{0,3}){7}|[\[({]")
"""Reading a sentence for addresses takes a while; most show at a glance that they hold none."""


class Printable:
    """Says whether a text may be printed: it has no markup, no placeholders and none of the words to avoid."""

    def __init__(self, facts: Facts, language: str) -> None:
        """Take the brief's facts and the page's BCP 47 tag."""
        self._facts = facts
        self._language = language

    def as_fact(self, text: str) -> bool:
        """Return whether a fact of the brief may be repeated: avoided words in it are the maker's own."""
        return not (prose.characters([("text", text)]) or prose.markup((_line(text),)))

    def __call__(self, text: str) -> bool:
        """Return whether `text` may stand on the page."""
        if not says_something(text) or _PLACEHOLDER.search(text):
            return False
        lines = (_line(text),)
        return not (
            prose.characters([("text", text)])
            or prose.markup(lines)
            or prose.placeholders(lines, self._facts, self._language)
            or prose.avoided((replace(lines[0], raw=f"{text} ·"),), self._facts)  # not excused for being a fact as well
            or prose.foreign_quotes(lines, self._facts)
        )


@dataclass(frozen=True, slots=True)
class Sieve:
    """Sorts a brief's text: what is for readers, what is for the maker of the page, what tells how to get in touch."""

    reading: Reading
    printable: Printable
    talk: bool = False
    """Whether talk about the page passes, where a brief holds nothing else."""

    def topics(self, topics: tuple[Topic, ...]) -> tuple[tuple[Topic, ...], tuple[str, ...]]:
        """Return the topics that are for readers, and the sentences with ways to get in touch."""
        asides: list[str] = []
        kept = tuple(
            self._topic(topic, asides) for topic in topics if not topic.heading or self.sentence(topic.heading)
        )
        return tuple(topic for topic in kept if topic.heading or not topic.empty), tuple(asides)

    def sentence(self, sentence: str) -> str:
        """Return a sentence as it may be printed; empty when it may not."""
        asked = self.reading.page_for.match(sentence)
        if asked and says_something(sentence[asked.end() :]):
            sentence = capital(sentence[asked.end() :])
        hidden = not self.talk and self.reading.brief_talk.search(sentence)
        return sentence if not hidden and self.printable(sentence) else ""

    def _topic(self, topic: Topic, asides: list[str]) -> Topic:
        inner, beside = self.topics(topic.topics)
        asides.extend(beside)
        bare = clean(topic.heading).rstrip(":：")
        return replace(
            topic,
            heading=bare if is_question(bare) else without_stop(bare),
            paragraphs=self._entries(topic.paragraphs, asides),
            points=self._entries(topic.points, asides),
            steps=self._entries(topic.steps, asides),
            topics=inner,
        )

    def _entries(self, entries: tuple[Entry, ...], asides: list[str]) -> tuple[Entry, ...]:
        kept = (self._entry(entry, asides) for entry in entries)
        return tuple(entry for entry in kept if entry.sentences)

    def _entry(self, entry: Entry, asides: list[str]) -> Entry:
        if entry.lead and not self.sentence(entry.lead):
            return Entry("", ())
        printable = [kept for kept in map(self.sentence, entry.sentences) if kept]
        asides.extend(sentence for sentence in printable if tells_how_to_reach(sentence))
        return Entry(entry.lead, tuple(sentence for sentence in printable if not tells_how_to_reach(sentence)))


def _line(text: str) -> Passage:
    """Return a text as the checks take it, without looking for addresses and figures: they are the brief's anyway."""
    folded = fold(text)
    return Passage("text", text, is_prose=False, reading=FactsReading(folded, folded, (), (), (), (), ()))


def tells_how_to_reach(sentence: str) -> bool:
    """Return whether a sentence carries an e-mail address, a phone number or a web address."""
    if not _MAYBE_ADDRESS.search(sentence):
        return False
    found = read(sentence)
    return bool(found.emails or found.phones or found.urls)

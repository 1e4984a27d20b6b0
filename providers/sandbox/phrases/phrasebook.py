"""The shape of what the sandbox model knows of one language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.blocks import BlockType

NEVER: Final = re.compile(r"(?!)")
"""Matches nothing."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What buttons say. Empty where a language has no phrase: the link's own words are printed then."""

    write: str = ""
    call: str = ""
    contact: str = ""
    prices: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions a fact of the brief answers. `price` holds `{item}`."""

    hours: str = ""
    address: str = ""
    reach: str = ""
    price: str = ""
    audience: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """Phrases that may stand on a page. None states a fact. Those in `named` hold `{name}`."""

    headings: Mapping[BlockType, tuple[str, ...]] = field(default_factory=dict[BlockType, tuple[str, ...]])
    named: Mapping[BlockType, tuple[str, ...]] = field(default_factory=dict[BlockType, tuple[str, ...]])
    visit: tuple[str, ...] = ()
    """Headings of a contact section with an address."""
    ordinals: tuple[str, ...] = ()
    """Titles of steps that have none: first, then, ..."""
    labels: Labels = Labels()
    questions: Questions = Questions()

    def __iter__(self) -> Iterator[str]:
        """Yield every phrase, without the names it is filled with."""
        for group in (*self.headings.values(), *self.named.values(), self.visit, self.ordinals):
            yield from group
        yield from (self.labels.write, self.labels.call, self.labels.contact, self.labels.prices)
        ask = self.questions
        yield from (ask.hours, ask.address, ask.reach, ask.price, ask.audience, ask.about)


@dataclass(frozen=True, slots=True)
class Instructions:
    """How a maker asks for a change. `mention` and `retitle` capture what is to be mentioned or the new heading."""

    shorter: re.Pattern[str] = NEVER
    longer: re.Pattern[str] = NEVER
    formal: re.Pattern[str] = NEVER
    mention: re.Pattern[str] = NEVER
    retitle: re.Pattern[str] = NEVER


@dataclass(frozen=True, slots=True)
class Reading:
    """Cues for reading a brief. Never printed, save `contractions` written out when the maker asks for formal text."""

    abbreviations: frozenset[str] = frozenset()
    """Lower case, without the last full stop: the full stop after one ends no sentence."""
    ordinal_stops: bool = False
    """Whether a full stop after a number of one or two digits makes an ordinal (`3. Mai`)."""
    stopwords: frozenset[str] = frozenset()
    """Words a figure's noun phrase ends before and no cut text ends on."""
    linking: frozenset[str] = frozenset()
    """Words that may stand inside a noun phrase: `kinds of bread`."""
    joining: frozenset[str] = frozenset()
    """Words no phrase is cut off before: `corner of`, `bread and`."""
    determiners: frozenset[str] = frozenset()
    """Words before a figure that make it the subject of a clause, whose noun phrase has no plain end."""
    qualifiers: tuple[str, ...] = ()
    """Words that belong to a figure: `more than 40`."""
    uncounted: re.Pattern[str] = NEVER
    """A first word after a number that makes it a date or a time."""
    before_label: frozenset[str] = frozenset()
    """Words before a number that make it a name or a date: `room 12`, `May 3`."""
    brief_talk: re.Pattern[str] = NEVER
    """Sentences about the page to be made: for its maker, not for its readers."""
    page_for: re.Pattern[str] = NEVER
    """How a sentence begins that asks for a page and goes on to say what for."""
    calling: re.Pattern[str] = NEVER
    """What a first sentence says of the name (group `name`) in quotation marks: `it is called “Muddy Paws”`."""
    naming: re.Pattern[str] = NEVER
    """A first sentence that begins with the name (group `name`)."""
    topics: Mapping[BlockType, re.Pattern[str]] = field(default_factory=dict[BlockType, re.Pattern[str]])
    """Headings of a brief that belong to a kind of section."""
    call: re.Pattern[str] = NEVER
    """Calls to action that mean the telephone."""
    write: re.Pattern[str] = NEVER
    """Calls to action that mean e-mail."""
    contractions: Mapping[str, str] = field(default_factory=dict[str, str])
    instructions: Instructions = Instructions()


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language, by its primary subtag."""

    language: str
    printed: Printed
    reading: Reading


def cue(pattern: str) -> re.Pattern[str]:
    """Compile a cue: letter case does not matter."""
    return re.compile(pattern, re.IGNORECASE)


def talk(page: str, wish: str, more: str) -> re.Pattern[str]:
    """Compile the cue for talk about the page: a sentence that names a `page` and a `wish` for it, or holds `more`."""
    return cue(rf"^(?=.*(?:{page}))(?=.*(?:{wish}))|{more}")


def called(words: str) -> re.Pattern[str]:
    """Compile the cue for a name in quotation marks after `words`."""
    return cue(rf"{words}:?\s+[\"“„«‘']\s?(?P<name>[^\"“”„«»‘’]{{2,60}}?)\s?[\"“”»’']")


def words(text: str) -> frozenset[str]:
    """Return the words of a list written with spaces."""
    return frozenset(text.split())

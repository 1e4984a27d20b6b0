"""Sections made of the brief's text: each topic becomes the kind of section its form suggests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from domain.blocks import BlockType, Features, Item, Question, Steps, Text
from providers.sandbox import facts
from providers.sandbox.cards import card, cards, topic_card
from providers.sandbox.draft import Draft, Headings, purpose
from providers.sandbox.figures import list_stats
from providers.sandbox.manuscript import Entry, Topic
from providers.sandbox.material import Material
from providers.sandbox.prose import body
from providers.sandbox.questions import asked
from providers.sandbox.sentences import fit, is_question, join, lead, shorten, without_stop

_INTRO: Final = 600
_MOST_CARDS: Final = 9
_MOST_STEPS: Final = 8
_MOST_TILES: Final = 12
_FEWEST_CARDS: Final = 2
_TITLE: Final = 60
_RUN: Final = 3
"""This many short topics in a row read better as cards than as sections of their own."""
_CARD_TEXT: Final = 420
_LONG_TEXT: Final = 2_600


@dataclass(frozen=True, slots=True)
class Story:
    """The text, read for the page: sections in order, questions, and topics that go with the brief's facts."""

    drafts: tuple[Draft, ...]
    questions: tuple[Question, ...]
    question_heading: str
    items: tuple[Item | str, ...]
    """Things with titles that stand in the sections."""


def with_facts(topics: list[Topic], material: Material) -> dict[BlockType, Topic]:
    """Take out of `topics` those that introduce facts of the brief: `Prices` before the prices."""
    brief, ways = material.brief, material.contact
    present = {
        BlockType.PRICING: bool(brief.prices),
        BlockType.CONTACT: bool(ways.phone or ways.email or ways.address or brief.opening_hours),
        BlockType.TEAM: bool(brief.people),
        BlockType.TESTIMONIALS: bool(brief.quotes),
    }
    taken: dict[BlockType, Topic] = {}
    for block in (block for block, there in present.items() if there):
        pattern = material.reading.topics.get(block)
        fitting = (topic for topic in topics if topic.heading and not is_question(topic.heading))
        match = next((topic for topic in fitting if pattern and pattern.search(topic.heading)), None)
        if match and not (match.points or match.steps or match.topics) and len(join(match.sentences)) <= _INTRO:
            taken[block] = match
            topics.remove(match)
    return taken


def with_short_intro(topics: list[Topic]) -> None:
    """Join a few words before the first heading to the list that follows them."""
    match topics:
        case [intro, following, *_] if not intro.heading:
            short = not (intro.points or intro.steps or intro.topics) and len(intro.sentences) == 1
            if short and (following.points or following.steps) and not following.paragraphs:
                topics[:2] = [replace(following, paragraphs=intro.paragraphs)]
        case _:
            return


def tell(topics: Sequence[Topic], material: Material, headings: Headings, wanted: frozenset[BlockType]) -> Story:
    """Return the sections of the text that is left."""
    teller = _Teller(material, headings, wanted)
    drafts = tuple(teller.drafts(teller.without_questions(topics)))
    return Story(drafts, tuple(teller.questions), teller.question_heading, tuple(teller.items))


class _Teller:
    def __init__(self, material: Material, headings: Headings, wanted: frozenset[BlockType]) -> None:
        self._material = material
        self._reading = material.reading
        self._headings = headings
        self._wanted = wanted
        self.questions: list[Question] = []
        self.question_heading = ""
        self.items: list[Item | str] = []

    def without_questions(self, topics: Sequence[Topic]) -> tuple[Topic, ...]:
        """Return the topics that are not questions and answers; those are put aside."""
        kept: list[Topic] = []
        for topic in topics:
            found = asked(topic)
            if topic.empty and self._is(topic, BlockType.FAQ):
                self.question_heading = topic.heading
            elif found:
                self.questions.extend(found)
                self.question_heading = self.question_heading or ("" if len(found) == 1 else topic.heading)
            elif not topic.empty:
                kept.append(topic)
        return tuple(kept)

    def drafts(self, topics: Sequence[Topic]) -> Iterator[Draft]:
        """Yield the sections of topics in their order."""
        least = _FEWEST_CARDS if BlockType.FEATURES in self._wanted else _RUN
        for short, run in groupby(topics, key=self._fits_a_card):
            group = list(run)
            if short and len(group) >= least:
                yield from self._run(group)
            else:
                for topic in group:
                    yield from self._topic(topic)

    def _fits_a_card(self, topic: Topic) -> bool:
        found = topic_card(topic, self._reading)
        return found is not None and len(found.text) <= _CARD_TEXT

    def _run(self, topics: Sequence[Topic]) -> Iterator[Draft]:
        items = [item for item in (topic_card(topic, self._reading) for topic in topics) if item]
        yield self._features("", items, "")

    def _topic(self, topic: Topic) -> Iterator[Draft]:
        if topic.topics:
            yield from self._nested(topic)
        elif topic.steps:
            yield from self._ordered(topic)
        elif topic.points:
            yield from self._listed(topic)
        elif not topic.heading:
            yield from self._unheaded(topic)
        else:
            yield from self._text(topic)

    def _nested(self, topic: Topic) -> Iterator[Draft]:
        items = [item for item in (topic_card(inner, self._reading) for inner in topic.topics) if item]
        own = join(topic.sentences)
        plain = not (topic.points or topic.steps) and len(own) <= _INTRO
        if plain and _FEWEST_CARDS <= len(items) == len(topic.topics):
            yield self._features(topic.heading, items, own)
            return
        above = replace(topic, topics=())
        if not above.empty:
            yield from self._topic(above)
        for inner in topic.topics:
            yield from self._topic(inner)

    def _ordered(self, topic: Topic) -> Iterator[Draft]:
        items = self._steps(topic.steps)
        intro = join(topic.sentences)
        if len(items) < _FEWEST_CARDS or len(intro) > _INTRO or topic.points:
            yield from self._text(topic)
            return
        heading = self._heading(topic, BlockType.STEPS, [item.title for item in items])
        block = Steps(heading=heading, intro=intro or None, items=tuple(items))
        yield Draft(BlockType.STEPS, heading, purpose([intro or items[0].text], self._material), lambda _: block)

    def _steps(self, steps: Sequence[Entry]) -> list[Item]:
        """Return an ordered list's steps; one without a title of its own is named by its place. None if too many."""
        titled = cards(steps, self._reading)
        ordinals = self._material.book.printed.ordinals
        if len(steps) > _MOST_STEPS or titled:
            return list(titled[:_MOST_STEPS]) if len(steps) <= _MOST_STEPS else []
        if not ordinals or not all(map(self._material.printable, ordinals)):
            return []
        last = len(steps) - 1
        names = [ordinals[-1] if place == last else ordinals[place] for place in range(len(steps))]
        return [
            Item(title=name, text=fit(step.sentences, 600, self._reading))
            for name, step in zip(names, steps, strict=True)
        ]

    def _listed(self, topic: Topic) -> Iterator[Draft]:
        counted = list_stats(topic.points, self._reading)
        items = cards(topic.points, self._reading)
        intro = join(topic.sentences)
        fits = len(intro) <= _INTRO
        if len(counted) >= _FEWEST_CARDS and not intro:
            yield facts.stats(self._headings, counted, topic.heading)
        elif self._is(topic, BlockType.GALLERY) and self._shows(topic):
            yield facts.gallery(self._material, self._headings, items or self._titles(topic), topic.heading)
        elif _FEWEST_CARDS <= len(items) <= _MOST_CARDS and fits:
            yield self._features(topic.heading, items, intro)
        else:
            self.items.extend(self._titles(topic))
            yield from self._text(topic)

    def _shows(self, topic: Topic) -> bool:
        """Return whether a list is of things to look at, with nothing said that a gallery has no room for."""
        things = cards(topic.points, self._reading) or self._titles(topic)
        room = not topic.sentences and _FEWEST_CARDS <= len(things) <= _MOST_TILES
        return room and all(map(facts.can_be_shown, things))

    def _titles(self, topic: Topic) -> tuple[str, ...]:
        """Return a list's points as titles; empty unless each is a short phrase."""
        texts = [join(point.sentences) for point in topic.points if not point.lead]
        return tuple(texts) if len(texts) == len(topic.points) and all(len(text) <= _TITLE for text in texts) else ()

    def _unheaded(self, topic: Topic) -> Iterator[Draft]:
        """Yield the text before the first heading: as it stands, and paragraphs that begin with a title as cards."""
        spared = 0 if BlockType.FEATURES in self._wanted else 1
        titled = [entry for entry in topic.paragraphs[spared:] if card(entry, self._reading)]
        if _FEWEST_CARDS <= len(titled) <= _MOST_CARDS:
            rest = tuple(entry for entry in topic.paragraphs if entry not in titled)
            yield from self._text(replace(topic, paragraphs=rest))
            yield self._features("", cards(titled, self._reading), "")
        else:
            yield from self._text(topic)

    def _text(self, topic: Topic) -> Iterator[Draft]:
        for part in _parts(topic):
            sentences = part.sentences or ("",)
            if body(part, self._reading):
                heading = self._heading(part, BlockType.TEXT, [lead(sentences[0], 60, self._reading)])
                block = Text(heading=heading, body=body(_beneath(heading, part), self._reading))
                yield Draft(BlockType.TEXT, heading, purpose(sentences, self._material), lambda _, block=block: block)

    def _features(self, own_heading: str, items: Sequence[Item], intro: str) -> Draft:
        self.items.extend(items)
        titles = [item.title for item in items]
        heading = self._headings.own(own_heading) if own_heading else self._headings.phrase(BlockType.FEATURES, titles)
        block = Features(
            heading=heading,
            intro=shorten(intro, _INTRO, self._reading) or None,
            items=tuple(items[:_MOST_CARDS]),
        )
        return Draft(BlockType.FEATURES, heading, purpose([intro or items[0].text], self._material), lambda _: block)

    def _heading(self, topic: Topic, block: BlockType, names: Sequence[str]) -> str:
        return self._headings.own(topic.heading) if topic.heading else self._headings.phrase(block, names)

    def _is(self, topic: Topic, block: BlockType) -> bool:
        pattern = self._reading.topics.get(block)
        return bool(topic.heading and pattern and pattern.search(topic.heading))


def _beneath(heading: str, part: Topic) -> Topic:
    """Return a part without a first sentence that is its heading, where more follows."""
    if not part.paragraphs or part.paragraphs[0].lead:
        return part
    first, *others = part.paragraphs
    if without_stop(first.sentences[0]) != heading:
        return part
    left = [replace(first, sentences=first.sentences[1:])] if first.sentences[1:] else []
    shorter = replace(part, paragraphs=(*left, *others))
    return part if shorter.empty else shorter


def _parts(topic: Topic) -> Iterator[Topic]:
    """Yield a long text without headings in parts of a few paragraphs."""
    size = sum(len(sentence) for sentence in topic.sentences)
    if topic.heading or size <= _LONG_TEXT:
        yield topic
        return
    taken: list[Entry] = []
    for entry in topic.paragraphs:
        if taken and sum(len(join(other.sentences)) for other in [*taken, entry]) > _LONG_TEXT:
            yield Topic(paragraphs=tuple(taken))
            taken = []
        taken.append(entry)
    yield replace(topic, paragraphs=tuple(taken))

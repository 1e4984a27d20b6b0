"""Questions and answers: those of the brief's text, and those its facts answer."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from domain.blocks import Question
from providers.sandbox.manuscript import Entry, Topic
from providers.sandbox.material import Material
from providers.sandbox.prose import escaped, paragraph
from providers.sandbox.sentences import is_question, with_stop

_QUESTION: Final = 300
_ANSWER: Final = 3_000
_PRICED_ITEMS: Final = 2
_ASKED: Final = re.compile(r"(?:[QFP問]|س)\s*[:：.]\s*")
_ANSWERED: Final = re.compile(r"(?:[AR答]|ج)\s*[:：.]\s*")


def asked(topic: Topic) -> tuple[Question, ...]:
    """Return the questions a topic answers: its heading, its sub-headings, or its points and paragraphs."""
    if is_question(topic.heading) and topic.sentences and not (topic.points or topic.steps or topic.topics):
        return tuple(_question(topic.heading, topic.paragraphs))
    if topic.topics and all(is_question(inner.heading) for inner in topic.topics):
        return tuple(question for inner in topic.topics for question in asked(inner))
    entries = topic.points or topic.paragraphs
    pairs = [_pair(entry) for entry in entries]
    found = tuple(pair for pair in pairs if pair)
    return found if len(found) == len(pairs) else ()


def known(material: Material) -> tuple[Question, ...]:
    """Return the questions the brief's facts answer, in the page's language; none in a language without phrases."""
    allows = material.printable
    return tuple(item for item in _known(material) if allows(item.question) and allows(item.answer))


def _known(material: Material) -> Iterator[Question]:
    ask, brief, contact = material.book.printed.questions, material.brief, material.contact
    if ask.audience and brief.audience and not any(character.isdigit() for character in brief.audience):
        yield Question(question=ask.audience, answer=escaped(with_stop(brief.audience)))
    if ask.hours and brief.opening_hours:
        lines = [f"- {escaped(hours.days)}: {escaped(hours.hours)}" for hours in brief.opening_hours]
        yield Question(question=ask.hours, answer="\n".join(lines)[:_ANSWER])
    if ask.address and contact.address:
        yield Question(question=ask.address, answer=escaped(contact.address))
    if ask.price and 0 < len(brief.prices) <= _PRICED_ITEMS:
        for price in brief.prices:
            yield Question(question=ask.price.format(item=price.item), answer=escaped(price.price))
    ways = [way for way in (contact.phone, contact.email) if way]
    if ask.reach and ways:
        yield Question(question=ask.reach, answer="\n".join(f"- {escaped(way)}" for way in ways))


def _pair(entry: Entry) -> Question | None:
    entry = _unmarked(entry)
    if is_question(entry.lead) and entry.sentences:
        return Question(question=entry.lead[:_QUESTION], answer=paragraph(entry.sentences)[:_ANSWER])
    if len(entry.sentences) > 1 and is_question(entry.sentences[0]):
        return Question(question=entry.sentences[0][:_QUESTION], answer=paragraph(entry.sentences[1:])[:_ANSWER])
    return None


def _unmarked(entry: Entry) -> Entry:
    """Return a question and its answer without the letters some set before them: `Q: ... A: ...`."""
    match entry.sentences:
        case (question, answer, *rest) if not entry.lead and _ASKED.match(question):
            return Entry("", (_ASKED.sub("", question), _ANSWERED.sub("", answer), *rest))
        case _:
            return entry


def _question(heading: str, paragraphs: Iterable[Entry]) -> Iterator[Question]:
    answer = "\n\n".join(paragraph((*([entry.lead] if entry.lead else []), *entry.sentences)) for entry in paragraphs)
    if len(answer) <= _ANSWER:
        yield Question(question=heading, answer=answer)

"""What a page may be written from: a brief's facts, and its text without what is not meant for readers."""

import re
from dataclasses import dataclass, replace
from typing import Final, TypeVar
from urllib.parse import urlsplit

import phonenumbers
from pydantic import ValidationError

from domain.brief import Brief, Contact, Link
from domain.model import Document
from providers.sandbox.avoid import Avoided
from providers.sandbox.choice import Choice
from providers.sandbox.manuscript import Entry, Topic, every_sentence, read
from providers.sandbox.phrases import phrasebook
from providers.sandbox.phrases.phrasebook import Phrasebook, Reading
from providers.sandbox.sentences import capital, clean, lead, says_something, split, with_stop, without_stop

_MARKUP: Final = re.compile(r"</?[a-zA-Z!][^>]*>?|javascript:|data:text", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"lorem ipsum|\bTODO\b|\bTBD\b|\bFIXME\b|\bXXX+\b|\{\{|\}\}|\[(?:insert|your|placeholder|name|company)\b[^\]]*\]",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_URL: Final = re.compile(r"https?://[^\s<>\"'）」]+")
_SEMICOLON: Final = re.compile(r"[;؛]\s+|；")
_NAME_LIMIT: Final = 60

_Fact = TypeVar("_Fact", bound=Document)


@dataclass(frozen=True, slots=True)
class Material:
    """A brief made ready for writing. `brief` holds no fact that uses an avoided word."""

    brief: Brief
    book: Phrasebook
    language: str
    choice: Choice
    name: str
    """Empty when the brief has none."""
    offer: tuple[str, ...]
    topics: tuple[Topic, ...]
    asides: tuple[str, ...]
    """Sentences of the text that carry an e-mail address, a phone number or a web address."""
    contact: Contact
    links: tuple[Link, ...]
    avoided: Avoided

    @property
    def reading(self) -> Reading:
        """The cues of its language."""
        return self.book.reading

    def phrase(self, options: tuple[str, ...], question: str) -> str:
        """Return one of the phrases, none of which uses an avoided word; empty when there is none."""
        allowed = [option for option in options if option and self.avoided.allows(option)]
        return self.choice.one_of(allowed, question) if allowed else ""


def gather(brief: Brief, language: str, seed: int) -> Material:
    """Return the material of a brief for a page in `language`, a BCP 47 tag."""
    book = phrasebook(language)
    avoided = Avoided(brief.avoid)
    facts = _facts(brief, avoided)
    sieve = _Sieve(book.reading, avoided)
    topics = read(brief.text, book.reading)
    name, topics = _name(facts, topics, sieve)
    topics = _unfolded(topics, name, book.reading)
    offer = tuple(filter(avoided.allows, split(brief.offer or "", book.reading)))
    kept, asides = sieve.topics(topics)
    if not (kept or asides or name or offer):  # a brief of nothing but talk about the page: better its words than none
        kept = (Topic(paragraphs=(Entry("", split(brief.text or brief.name or brief.offer or "", book.reading)),)),)
    return Material(
        brief=facts,
        book=book,
        language=language,
        choice=Choice(seed, name or brief.text[:80]),
        name=name,
        offer=offer,
        topics=kept,
        asides=asides,
        contact=_contact(facts),
        links=_links(facts),
        avoided=avoided,
    )


@dataclass(frozen=True, slots=True)
class _Sieve:
    """Lets through what is meant for readers."""

    reading: Reading
    avoided: Avoided

    def topics(self, topics: tuple[Topic, ...]) -> tuple[tuple[Topic, ...], tuple[str, ...]]:
        """Return the topics that are left, and the sentences with ways to reach the business."""
        asides: list[str] = []
        kept = tuple(
            self._topic(topic, asides) for topic in topics if self.sentence(topic.heading) or not topic.heading
        )
        return tuple(topic for topic in kept if topic.heading or not topic.empty), tuple(asides)

    def sentence(self, sentence: str) -> str:
        """Return a sentence as it may be printed; empty when it may not."""
        asked = self.reading.page_for.match(sentence)
        if asked and says_something(sentence[asked.end() :]):
            sentence = capital(sentence[asked.end() :])
        hidden = self.reading.brief_talk.search(sentence) or _MARKUP.search(sentence) or _PLACEHOLDER.search(sentence)
        return sentence if says_something(sentence) and not hidden and self.avoided.allows(sentence) else ""

    def _topic(self, topic: Topic, asides: list[str]) -> Topic:
        inner, beside = self.topics(topic.topics)
        asides.extend(beside)
        return replace(
            topic,
            heading=without_stop(topic.heading.rstrip(":：")),
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
        asides.extend(sentence for sentence in printable if reaches(sentence))
        return Entry(entry.lead, tuple(sentence for sentence in printable if not reaches(sentence)))


def reaches(sentence: str) -> bool:
    """Return whether a sentence carries an e-mail address, an international phone number or a web address."""
    return bool(_EMAIL.search(sentence) or _URL.search(sentence) or _phone(sentence))


def _phone(text: str) -> str | None:
    if "+" not in text:
        return None
    matcher = phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE)
    return next((match.raw_string for match in matcher), None)


def _facts(brief: Brief, avoided: Avoided) -> Brief:
    def allowed(facts: tuple[_Fact, ...]) -> tuple[_Fact, ...]:
        return tuple(fact for fact in facts if all(avoided.allows(str(value)) for value in fact.model_dump().values()))

    return brief.model_copy(
        update={
            "links": allowed(brief.links),
            "prices": allowed(brief.prices),
            "quotes": allowed(brief.quotes),
            "people": allowed(brief.people),
            "opening_hours": allowed(brief.opening_hours),
            "audience": brief.audience if brief.audience and avoided.allows(brief.audience) else None,
            "call_to_action": _allowed_line(brief.call_to_action, avoided),
        }
    )


def _allowed_line(line: str | None, avoided: Avoided) -> str | None:
    return line if line and says_something(line) and avoided.allows(line) else None


def _name(brief: Brief, topics: tuple[Topic, ...], sieve: _Sieve) -> tuple[str, tuple[Topic, ...]]:
    """Return the name and the topics without the heading that only said it."""
    title = next((topic for topic in topics if topic.heading), None)
    deeper = title is not None and title.level == 1 and (title is topics[0] or topics[0].empty)
    given = clean(brief.name or "")
    if deeper and title and (not given or given.casefold() == title.heading.casefold()):
        topics = tuple(replace(topic, heading="") if topic is title else topic for topic in topics)
        given = given or sieve.sentence(title.heading)
    if given:
        return given, topics
    first = next((sentence for topic in topics for sentence in topic.sentences if sieve.sentence(sentence)), "")
    found = sieve.reading.naming.match(sieve.sentence(first))
    return (found["name"] if found and len(found["name"]) <= _NAME_LIMIT else ""), topics


def _unfolded(topics: tuple[Topic, ...], name: str, reading: Reading) -> tuple[Topic, ...]:
    """Return a text of one long sentence as the sentences it holds between semicolons."""
    if len(every_sentence(topics)) != 1 or not (topics and topics[0].paragraphs):
        return topics
    sentence = topics[0].paragraphs[0].sentences[0]
    asked = reading.page_for.match(sentence)
    if asked:
        sentence = sentence[asked.end() :].removeprefix(f"{name}, ")
    clauses = (capital(with_stop(clause.strip())) for clause in _SEMICOLON.split(sentence))
    paragraph = Entry("", tuple(clause for clause in clauses if says_something(clause)))
    return (replace(topics[0], paragraphs=(paragraph,)), *topics[1:])


def _contact(brief: Brief) -> Contact:
    """Return the brief's contact, completed from its text where it has none of a kind."""
    given = brief.contact or Contact()
    text = clean(brief.text)
    email, phone = _EMAIL.search(text), _phone(text)
    try:
        return Contact(
            phone=given.phone or phone, email=given.email or (email[0] if email else None), address=given.address
        )
    except ValidationError:
        return given


def _links(brief: Brief) -> tuple[Link, ...]:
    if brief.links:
        return brief.links
    found: list[Link] = []
    for url in dict.fromkeys(match.rstrip(".,;:!?)。、") for match in _URL.findall(brief.text)):
        address = urlsplit(url)
        if address.hostname:
            found.append(Link(label=(address.hostname + address.path.rstrip("/"))[:60], url=url))
    return tuple(found[:12])


def title_of(material: Material, limit: int) -> str:
    """Return what the page is called: the name, else how its offer or its text begins."""
    sentences = (*material.offer, *(sentence for topic in material.topics for sentence in topic.sentences))
    headings = (topic.heading for topic in material.topics if topic.heading)
    source = material.name or next(iter((*sentences, *headings, *material.asides)), "")
    return lead(source, limit, material.reading) or "–"

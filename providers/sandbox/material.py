"""What a page may be written from: a brief's facts, and its text without what is not meant for readers."""

import re
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import phonenumbers

from domain.blocks import BlockType
from domain.brief import Brief, Link
from domain.checks import plannable
from domain.checks.facts import Facts, facts_of, mentions
from domain.checks.folding import one_line
from domain.checks.reading import read
from domain.checks.web import url_key
from domain.model import Document
from providers.sandbox.choice import Choice
from providers.sandbox.manuscript import Entry, Topic, every_sentence
from providers.sandbox.manuscript import read as read_topics
from providers.sandbox.phrases import phrasebook
from providers.sandbox.phrases.phrasebook import Phrasebook, Reading
from providers.sandbox.sentences import capital, clean, lead, says_something, split, with_stop
from providers.sandbox.sieve import Printable, Sieve

_SEMICOLON: Final = re.compile(r"[;؛]\s+|；")
_NAME_LIMIT: Final = 60
_LINK_LABEL: Final = 60
_FIRST_WORDS: Final = 60
_MOST_LABEL: Final = 200
_MOST_LINKS: Final = 12
_PLAIN_URL: Final = re.compile(r"https?://[^\s\\<>\"`{}|^]+")


_FactT = TypeVar("_FactT", bound=Document)


class NothingToSayError(LookupError):
    """A brief of which nothing may be printed, or nothing that a planned section could say."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach the business, as far as the checks know it again."""

    phone: str | None
    email: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Material:
    """A brief made ready for writing."""

    brief: Brief
    """Its `audience` and `call_to_action` are None when they may not be printed."""
    book: Phrasebook
    language: str
    choice: Choice
    name: str
    """Empty when the brief has none."""
    offer: tuple[str, ...]
    topics: tuple[Topic, ...]
    asides: tuple[str, ...]
    """Sentences of the text that carry an e-mail address, a phone number or a web address."""
    contact: Reach
    links: tuple[Link, ...]
    printable: Printable
    plannable: frozenset[BlockType]
    """The block types the brief has facts for."""

    @property
    def reading(self) -> Reading:
        """The cues of its language."""
        return self.book.reading

    def phrase(self, options: tuple[str, ...], question: str) -> str:
        """Return one of the phrases that may be printed; empty when there is none."""
        allowed = [option for option in options if option and self.printable(option)]
        return self.choice.one_of(allowed, question) if allowed else ""


def gather(brief: Brief, language: str, seed: int) -> Material:
    """Return the material of a brief for a page in `language`, a BCP 47 tag.

    Raises NothingToSayError when nothing of the brief may be printed.
    """
    book, facts = phrasebook(language), facts_of(brief)
    printable = Printable(facts, language)
    material = _sorted(brief, facts, Sieve(book.reading, printable), book, language, seed)
    if not _says_anything(material):
        material = _sorted(brief, facts, Sieve(book.reading, printable, talk=True), book, language, seed)
    if not _says_anything(material):
        message = "nothing of the brief may stand on a page: it is markup, placeholders, or words to avoid"
        raise NothingToSayError(message)
    return material


def _sorted(brief: Brief, facts: Facts, sieve: Sieve, book: Phrasebook, language: str, seed: int) -> Material:
    name, topics = _name(brief, read_topics(brief.text, book.reading), sieve)
    kept, asides = sieve.topics(_unfolded(topics, name, book.reading))
    return Material(
        brief=_visible(brief, sieve.printable),
        book=book,
        language=language,
        choice=Choice(seed, name or brief.text[:80]),
        name=name,
        offer=tuple(filter(sieve.printable, split(brief.offer or "", book.reading))),
        topics=kept,
        asides=asides,
        contact=_contact(brief, facts, sieve.printable),
        links=_links(brief, sieve.printable),
        printable=sieve.printable,
        plannable=plannable(brief),
    )


def _says_anything(material: Material) -> bool:
    headings = any(topic.heading for topic in material.topics)
    return bool(material.name or material.offer or material.asides or headings or every_sentence(material.topics))


def _visible(brief: Brief, printable: Printable) -> Brief:
    """Return the brief with its facts on one line each, without characters nobody sees."""
    return brief.model_copy(
        update={
            "audience": _line(brief.audience, printable),
            "call_to_action": _line(brief.call_to_action, printable),
            "opening_hours": _cleaned(brief.opening_hours, printable),
            "prices": _cleaned(brief.prices, printable),
            "quotes": _cleaned(brief.quotes, printable),
            "people": _cleaned(brief.people, printable),
        }
    )


def _cleaned(facts: tuple[_FactT, ...], printable: Printable) -> tuple[_FactT, ...]:
    """Return facts cleaned; one with markup, or with nothing left in a field it needs, is left out."""
    kept: list[_FactT] = []
    for fact in facts:
        given = {name: clean(value) for name, value in fact if isinstance(value, str) and name != "url"}
        needed = [name for name, field in type(fact).model_fields.items() if field.is_required() and name in given]
        if all(given[name] for name in needed) and all(map(printable.as_fact, given.values())):
            kept.append(fact.model_copy(update={name: value or None for name, value in given.items()}))
    return tuple(kept)


def _line(line: str | None, printable: Printable) -> str | None:
    bare = clean(line or "")
    return bare if bare and printable(bare) else None


def _name(brief: Brief, topics: tuple[Topic, ...], sieve: Sieve) -> tuple[str, tuple[Topic, ...]]:
    """Return the name, and the topics without the heading that only said it."""
    title = next((topic for topic in topics if topic.heading), None)
    on_top = title is not None and title.level == 1 and (title is topics[0] or topics[0].empty)
    given = clean(brief.name or "")
    given = given if _may_be_named(given, sieve.printable) else ""
    if on_top and title and (not given or given.casefold() == title.heading.casefold()):
        topics = tuple(replace(topic, heading="") if topic is title else topic for topic in topics)
        given = given or sieve.sentence(title.heading)
    if given:
        return given, topics
    first = next((sentence for topic in topics for sentence in topic.sentences), "")
    called = sieve.reading.calling.search(first)
    if called and _may_be_named(called["name"], sieve.printable):
        return called["name"], topics
    sentences = (sieve.sentence(sentence) for topic in topics for sentence in topic.sentences)
    found = sieve.reading.naming.match(next(filter(None, sentences), ""))
    return (found["name"] if found and len(found["name"]) <= _NAME_LIMIT else ""), topics


def _may_be_named(name: str, printable: Printable) -> bool:
    """Return whether a name may be used. One with an avoided word may where it is never cut: part of it is no name."""
    return printable(name) and (len(name) <= _NAME_LIMIT or printable(f"{name[:-1]} …"))


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


def _contact(brief: Brief, facts: Facts, printable: Printable) -> Reach:
    """Return the brief's contact, completed from its text where it has none of a kind."""
    given, text = brief.contact, read(brief.text)
    anywhere = facts.reading
    spelled = (*_international(brief.text), *(found.spelled for found in (*text.phones, *anywhere.phones)))
    phones = filter(printable, spelled)
    emails = (found.spelled for found in (*text.emails, *anywhere.emails) if printable(found.spelled))
    phone = clean((given and given.phone) or next(phones, ""))
    email = (given and given.email) or next(emails, "")
    address = clean((given and given.address) or "")
    address = address if printable.as_fact(address) else ""
    return Reach(
        phone=phone if phone and phone in facts.phones else None,
        email=email if email and email.casefold() in facts.emails else None,
        address=address if address and mentions(facts.line, one_line(address)) else None,
    )


def _international(text: str) -> tuple[str, ...]:
    """Return the international phone numbers of a text, without a figure that happens to follow one."""
    found = phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE)
    return tuple(match.raw_string for match in found) if "+" in text else ()


def _links(brief: Brief, printable: Printable) -> tuple[Link, ...]:
    """Return the web addresses the page may link to: the brief's, else those of its text."""
    if brief.links:
        safe = (link for link in brief.links if url_key(link.url) is not None and _PLAIN_URL.fullmatch(link.url))
        return _cleaned(tuple(safe), printable)
    found: dict[str, Link] = {}
    for mention in read(brief.text).urls:
        url = mention.spelled if "://" in mention.spelled else f"https://{mention.spelled}"
        key = url_key(url)
        if key is not None and _PLAIN_URL.fullmatch(url) and printable(key):
            label = url.partition("://")[2].removeprefix("www.").rstrip("/")
            label = label if len(label) <= _LINK_LABEL else label.partition("/")[0]
            found.setdefault(key, Link(label=label[:_MOST_LABEL], url=url))
    return tuple(found.values())[:_MOST_LINKS]


def title_of(material: Material, limit: int) -> str:
    """Return what the page is called: the name, else how its offer or its text begins."""
    if 0 < len(material.name) <= limit:
        return material.name
    headings = (topic.heading for topic in material.topics if topic.heading)
    said = (*material.offer, *every_sentence(material.topics), *headings, *material.asides)
    source = material.name or next(iter(said), "")
    return lead(source, limit, material.reading)


def short_title_of(material: Material, limit: int) -> str:
    """Return `title_of`; of a text without name and offer, no more of its beginning than reads like a title."""
    return title_of(material, limit if material.name or material.offer else min(limit, _FIRST_WORDS))

"""The brief: what the maker asks for, as free text plus facts the page may state."""

from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from domain.blocks import BlockType
from domain.model import Document

MAX_TEXT: Final = 20_000
MAX_FACTS: Final = 200
MAX_SECTIONS: Final = 12
_TITLE_LENGTH: Final = 80

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s<>\"']+$", max_length=2000)]


class Link(Document):
    """A web address the page may link to."""

    label: Short
    url: Url


class Contact(Document):
    """How to reach the business. The page shows these exactly as given."""

    phone: Short | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$", max_length=254)] | None = None
    address: Line | None = None


class OpeningHours(Document):
    """Opening hours of one or more days, in the brief's own words: `Mon-Fri`, `8:00-18:00`."""

    days: Short
    hours: Short


class Price(Document):
    """A price the page may state, in the brief's own spelling: `€ 4,20`, `from $49 / month`."""

    item: Short
    price: Short
    note: Line | None = None


class Quote(Document):
    """Something somebody really said. The page repeats it word for word or not at all."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    author: Short
    role: Short | None = None


class Person(Document):
    """Somebody the page may name."""

    name: Short
    role: Short | None = None
    bio: Line | None = None


class Brief(Document):
    """What a page is made from. Nothing the page states as fact may come from anywhere else.

    `language` is a BCP 47 tag; None means the language of the text. At least one of `text`, `name` and `offer` is
    given. Lists together hold at most 200 facts.
    """

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""
    name: Short | None = None
    offer: Line | None = None
    audience: Line | None = None
    call_to_action: Short | None = None
    tone: Short | None = None
    language: Annotated[str, StringConstraints(max_length=35)] | None = None
    links: tuple[Link, ...] = ()
    contact: Contact | None = None
    opening_hours: tuple[OpeningHours, ...] = ()
    prices: tuple[Price, ...] = ()
    quotes: tuple[Quote, ...] = ()
    people: tuple[Person, ...] = ()
    sections: Annotated[tuple[BlockType, ...], Field(max_length=MAX_SECTIONS)] = ()
    """Sections the page must have, in order."""
    avoid: tuple[Short, ...] = ()
    """Words the page must not use."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or self.name or self.offer):
            message = "the brief is empty: give it a text, a name or an offer"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _within_fact_limit(self) -> Self:
        if self.fact_count > MAX_FACTS:
            message = f"the brief holds {self.fact_count} facts; the limit is {MAX_FACTS}"
            raise ValueError(message)
        return self

    @property
    def title(self) -> str:
        """What to call the page before it has a title: the name, or the first words of what is offered."""
        words = (self.name or self.offer or self.text).split()
        return " ".join(words)[:_TITLE_LENGTH].strip()

    @property
    def fact_count(self) -> int:
        """How many facts the lists hold together."""
        lists = (self.links, self.opening_hours, self.prices, self.quotes, self.people, self.avoid)
        return sum(len(facts) for facts in lists)

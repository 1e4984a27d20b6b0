"""What every body has in common."""

from decimal import Decimal
from typing import Annotated, Final, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, Strict
from pydantic.alias_generators import to_camel

from domain.model import Document
from domain.money import NanoUsd, usd

T = TypeVar("T")

Usd = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""USD with six decimals, a JSON number."""


LARGEST_NUMBER: Final = 2**31 - 1
"""Of a version or an event: what every database keeps in its plain integers."""


def _without_nul(text: str) -> str:
    if "\x00" in text:
        message = "holds the character U+0000, which is no text: remove it"
        raise ValueError(message)
    return text


def _a_number(value: object) -> object:
    if isinstance(value, bool | str):
        message = "has to be a number"
        raise ValueError(message)  # noqa: TRY004  pydantic takes it as a refusal, and no TypeError
    return value


Number = BeforeValidator(_a_number)
"""In a body, neither `true` nor a text is a number."""

Flag = Annotated[bool, Strict()]
"""In a body, neither a number nor a text such as `no` is true or false."""

NoNul = AfterValidator(_without_nul)
"""Some databases cannot keep the character U+0000."""


class Data(Document, Generic[T]):
    """The envelope of every answer."""

    data: T


class Command(BaseModel):
    """A request body. Unknown fields are refused by name: a misspelt option that costs money must not be ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Nothing(Command):
    """The body of a request that needs none."""


class Listing(Document):
    """One page of a list."""

    next_cursor: str | None = Field(default=None, description="Give it as `cursor` for what follows; null at the end.")


def dollars(nano: int) -> Decimal:
    """Return stored nano-USD as USD."""
    return usd(NanoUsd(nano))


def dollars_or_unknown(nano: int | None) -> Decimal | None:
    """Return stored nano-USD as USD; None stays unknown, never zero."""
    return None if nano is None else dollars(nano)

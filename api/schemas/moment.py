"""Moments as requests give them."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, WithJsonSchema

_DATE_AND_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.DOTALL)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def _written_out(value: object) -> object:
    """Let only a date, with a time or as its UTC midnight, be a moment: pydantic takes seconds since 1970, too."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.fullmatch(value)):
        return value
    with suppress(ValueError):
        if isinstance(value, str) and _DATE.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
    message = "a moment is written as 2026-03-02T09:00:00Z, with another offset, or as a date: 2026-03-02"
    raise ValueError(message)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "lies outside of the years that can be told"
        raise ValueError(message) from None


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    AfterValidator(_in_utc),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
"""A time as RFC 3339 writes it, with its offset, or a date as its UTC midnight; in UTC from here on."""

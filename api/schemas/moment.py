"""Moments as requests give them."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_DATE_AND_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.DOTALL)


def _written_out(value: object) -> object:
    """Let only a date with a time be a moment: pydantic takes seconds since 1970, and a date alone, too."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.fullmatch(value)):
        return value
    message = "a moment is written as 2026-03-02T09:00:00Z, or with another offset"
    raise ValueError(message)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "lies outside of the years that can be told"
        raise ValueError(message) from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""A time as RFC 3339 writes it, with its offset; in UTC from here on."""

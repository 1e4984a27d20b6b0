"""Times and ages as queries give them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import BeforeValidator

from api.schemas.moment import Moment

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_SINCE: Final = "At this time or later: ISO 8601 with an offset, such as `2026-03-02T09:00:00Z`, or a UTC day."
_UNTIL: Final = "Before this time: ISO 8601 with an offset, or a UTC day, which is not in it."
_AGE: Final = "Only what ended at least this long ago: a number with `s`, `m`, `h`, `d` or `w`, such as `7d`."

_PATTERN: Final = r"^[0-9]{1,4}[smhdw]$"


def _an_age(text: object) -> object:
    if text is None or (isinstance(text, str) and re.fullmatch(_PATTERN, text)):
        return text
    message = "an age is a number with s, m, h, d or w, such as 7d"
    raise ValueError(message)


OlderThan = Annotated[
    str | None,
    Query(alias="olderThan", pattern=_PATTERN, description=_AGE, examples=["7d"]),
    BeforeValidator(_an_age),
]


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`; None leaves that end open."""

    since: datetime | None
    until: datetime | None


def _period(
    since: Annotated[Moment | None, Query(description=_SINCE)] = None,
    until: Annotated[Moment | None, Query(description=_UNTIL)] = None,
) -> Period:
    return Period(since, until)


PeriodDep = Annotated[Period, Depends(_period)]


def age(text: str) -> timedelta:
    """Return the age an `OlderThan` states, for example that of `7d`."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})

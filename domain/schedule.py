"""A schedule: when something is done again and again, and what happens when its last turn still runs."""

import calendar
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import available_timezones

LONGEST_JITTER_SECONDS: Final = 3600


class ScheduleKind(StrEnum):
    """What is done."""

    PAGE = "page"
    """A page is made anew from its brief, as its next version."""
    BATCH = "batch"
    """The briefs of a batch are submitted again, as pages of their own."""


class Overlap(StrEnum):
    """What becomes of a turn that is due while the one before still runs."""

    SKIP = "skip"
    BUFFER_ONE = "buffer_one"
    """It waits; further ones are skipped."""
    CANCEL_OTHER = "cancel_other"
    """The one that runs is cancelled, and it follows when that has ended."""
    ALLOW_ALL = "allow_all"
    """Both run. A page has one open job at most, so for a page it is skipped all the same."""


class RunOutcome(StrEnum):
    """What became of one turn."""

    STARTED = "started"
    SKIPPED = "skipped"


class _Field(NamedTuple):
    name: str
    first: int
    last: int
    names: Mapping[str, int]


_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_FIELDS: Final = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS),
)
_SHORTHANDS: Final = frozenset({"@hourly", "@daily", "@weekly", "@monthly", "@yearly"})
_TERM: Final = re.compile(r"(?P<from>\*|[a-z0-9]+)(-(?P<to>[a-z0-9]+))?(/(?P<step>[0-9]{1,4}))?")
_LEAP_YEAR: Final = 2000
_MACHINE_ONLY: Final = frozenset({"localtime", "Factory", "posixrules"})
"""Names of the time zone database that mean something else on each machine, or nothing."""


def cron_expression(text: str) -> str:
    """Return a cron expression as Temporal takes it: five fields, or a shorthand as `@daily`.

    Raises ValueError for what is none, for what never comes (30 February), and for one with both a day of the month and
    a day of the week: cron reads that as either, Temporal as both.
    """
    expression = " ".join(text.lower().split())
    if expression in _SHORTHANDS:
        return expression
    parts = expression.split(" ")
    if len(parts) != len(_FIELDS):
        message = (
            "a cron expression has five fields: minute, hour, day of the month, month, day of the week, as in "
            f"'0 6 * * mon'; or it is one of {', '.join(sorted(_SHORTHANDS))}"
        )
        raise ValueError(message)
    _, _, days, months, _ = (_values(field, part) for field, part in zip(_FIELDS, parts, strict=True))
    if not parts[2].startswith("*") and not parts[4].startswith("*"):
        message = "give the day of the month or the day of the week, and * for the other: make two schedules for both"
        raise ValueError(message)
    if min(days) > max(calendar.monthrange(_LEAP_YEAR, month)[1] for month in months):
        message = f"no month of '{parts[3]}' has a day {min(days)}: this never comes"
        raise ValueError(message)
    return expression


def time_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError for one that the time zone database does not have."""
    if name in _MACHINE_ONLY or name not in available_timezones():
        message = f"{name!r} is no time zone; take one as Europe/Madrid, America/New_York or UTC"
        raise ValueError(message)
    return name


def _values(field: _Field, text: str) -> frozenset[int]:
    """Return every value a field of an expression stands for."""
    return frozenset(value for term in text.split(",") for value in _term(field, term))


def _term(field: _Field, term: str) -> range:
    match = _TERM.fullmatch(term)
    if match is None:
        message = f"{term!r} is no {field.name}"
        raise ValueError(message)
    first, last = field.first, field.last
    if match["from"] != "*":
        first = _number(field, match["from"])
        last = first if match["to"] is None and match["step"] is None else last
    elif match["to"] is not None:
        message = f"{term!r} is no {field.name}: a range is of two numbers"
        raise ValueError(message)
    if match["to"] is not None:
        last = _number(field, match["to"])
    step = 1 if match["step"] is None else int(match["step"])
    if first > last or step == 0:
        message = f"{term!r} is no {field.name}: a range goes upwards, by steps of at least 1"
        raise ValueError(message)
    return range(first, last + 1, step)


def _number(field: _Field, text: str) -> int:
    value = field.names[text] if text in field.names else int(text) if text.isdecimal() else -1
    if not field.first <= value <= field.last:
        message = f"{text!r} is no {field.name}: it is {field.first} to {field.last}"
        raise ValueError(message)
    return value

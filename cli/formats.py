"""Values as a person reads them: money, tokens, times; text from elsewhere without control characters."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from domain.route import SANDBOX_PROVIDER, provider_of

UNKNOWN: Final = "unknown"
NOTHING: Final = "-"

_CENT: Final = Decimal("0.01")
_SECONDS_SHOWN_EXACTLY: Final = 60
_LONGEST_AGO: Final = timedelta(days=30)

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_REORDERING: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return text of a model or a server as one line that cannot steer a terminal."""
    return _REORDERING.sub("", _CONTROL.sub(" ", text)).strip()


def money(usd: Decimal | None) -> str:
    """Return an amount in USD; None means that nobody knows it."""
    if usd is None:
        return UNKNOWN
    if usd == 0:
        return "$0"
    if usd == usd.quantize(_CENT):
        return f"${usd:,.2f}"
    return f"${usd:,.4f}" if abs(usd) >= _CENT else f"${usd:.6f}"


def count(number: int | None) -> str:
    """Return a number with its thousands apart."""
    return NOTHING if number is None else f"{number:,}"


def counted(number: int, noun: str) -> str:
    """Return how many there are of something: `1 job`, `2 jobs`."""
    return f"{count(number)} {noun if number == 1 else f'{noun}s'}"


def duration(time: timedelta | None) -> str:
    """Return a span of time in its two largest units."""
    if time is None:
        return NOTHING
    seconds = max(time.total_seconds(), 0)
    if seconds < _SECONDS_SHOWN_EXACTLY:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def milliseconds(number: int | None) -> str:
    """Return a span of time given in milliseconds."""
    return NOTHING if number is None else duration(timedelta(milliseconds=number))


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago something was, or its date when that is a month and more."""
    if at is None:
        return NOTHING
    passed = now - at
    if passed > _LONGEST_AGO:
        return f"{at.astimezone(UTC):%Y-%m-%d}"
    minutes = int(max(passed.total_seconds(), 0)) // 60
    for unit, size in (("d", 24 * 60), ("h", 60), ("min", 1)):
        if minutes >= size:
            return f"{minutes // size} {unit} ago"
    return "just now"


def moment(at: datetime | None, now: datetime) -> str:
    """Return a time in UTC with how long ago it was."""
    return NOTHING if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC ({ago(at, now)})"


def model_name(model: str | None) -> str:
    """Return a model's name, the sandbox's with what it is not."""
    if not model:
        return NOTHING
    return f"{clean(model)} (not AI)" if provider_of(model) == SANDBOX_PROVIDER else clean(model)


def short_model_name(model: str | None) -> str:
    """Return a model's name for a table, where the sandbox's has no room for more than what it is not."""
    return "sandbox (not AI)" if model and provider_of(model) == SANDBOX_PROVIDER else or_nothing(model)


def or_nothing(text: str | None, write: Callable[[str], str] = clean) -> str:
    """Return a text, or a dash where there is none."""
    return write(text) if text else NOTHING


def based_on(basis: str, samples: int) -> str:
    """Return what an estimate stands on, in words."""
    history = f"{count(samples)} finished {'step' if samples == 1 else 'steps'} of this model"
    if basis == "history":
        return history
    return f"{history}, and sizes" if basis == "mixed" else "the sizes of brief and sections"

"""Spans of time as they are typed: a number and a unit, `90d`, `12h`."""

import re
from datetime import timedelta
from typing import Final

import typer

_PERIOD: Final = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>s|min|m|h|d|w)")
_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_period(text: str) -> timedelta:
    """Return the span of time a text names. Raises typer.BadParameter, which names the option."""
    match = _PERIOD.fullmatch(text.strip().lower())
    if match is None:
        message = f"{text!r} is no span of time; give a number and one of s, min, h, d, w: 90d."
        raise typer.BadParameter(message)
    try:
        return int(match["number"]) * _UNITS[match["unit"]]
    except OverflowError:
        message = f"{text!r} is longer than time is counted here."
        raise typer.BadParameter(message) from None

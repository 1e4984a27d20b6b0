"""Times as they are typed: how long ago (`24h`, `7d`), a date, or ISO 8601."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.period import parse_period

_HELP = "an age such as 24h or 7d, a date, or ISO 8601; UTC unless it says otherwise."

Since = Annotated[str | None, typer.Option(metavar="TIME", help=f"From then on: {_HELP}", show_default=False)]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Until then; as --since.", show_default=False)]


def moment_of(text: str | None, now: datetime) -> str | None:
    """Return a typed time as the API takes it. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = _ago(text, now)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def _ago(text: str, now: datetime) -> datetime:
    try:
        return now - parse_period(text)
    except OverflowError:
        message = f"{text!r} lies before all times."
        raise typer.BadParameter(message) from None
    except typer.BadParameter:
        message = f"{text!r} is no time: give an age such as 24h or 7d, a date, or ISO 8601."
        raise typer.BadParameter(message) from None

"""Dead letters as a table and as fields. Pure."""

from collections.abc import Sequence
from datetime import datetime

from cli.client.answers import DeadLetter
from cli.formats import NOTHING, ago, model_name, moment, money, or_nothing, short_model_name
from cli.screen.marks import status_cell
from cli.screen.remedy import in_short, in_words, remedy_of
from cli.screen.table import Cell, Column, Fields, Row, Table

OPEN = "open"


def listing(letters: Sequence[DeadLetter], now: datetime) -> Table:
    """Return a list of dead letters; what became of them is a column only where some are closed."""
    are_open = all(letter.status == OPEN for letter in letters)
    columns = (
        Column("Dead letter", narrow="whole"),
        *(() if are_open else (Column("Status", narrow="whole"),)),
        Column("Error"),
        Column("Retry", narrow="whole"),
        Column("Spent", right=True, narrow="whole"),
        Column("Created", right=True, narrow="drop"),
        Column("Retry up to", right=True, narrow="drop"),
        Column("Failed at", narrow="drop"),
        Column("Sections", right=True, narrow="drop"),
    )
    rows = tuple(_row(letter, now, are_open=are_open) for letter in letters)
    return Table(columns, rows, empty="No dead letters.")


def fields(letter: DeadLetter, now: datetime) -> Fields:
    """Return everything about a dead letter."""
    return Fields(
        (
            ("Dead letter", Cell(letter.dlq_job_id, "strong")),
            ("Status", _status(letter)),
            ("Reason", or_nothing(letter.reason)),
            ("Error", or_nothing(letter.error_type)),
            ("Message", or_nothing(letter.message)),
            ("Can be retried", in_words(remedy_of(letter)) if letter.status == OPEN else NOTHING),
            ("Failed step", or_nothing(letter.step)),
            ("Model", model_name(letter.model)),
            ("Requests", str(letter.attempts)),
            ("Sections kept", _sections(letter)),
            ("Spent", money(letter.spent_usd)),
            ("A retry costs up to", money(letter.retry_estimate_usd) if letter.status == OPEN else NOTHING),
            ("Job", letter.job_id),
            ("Round", str(letter.round)),
            ("Page", letter.page_id),
            ("Created", moment(letter.created_at, now)),
            ("Closed", moment(letter.closed_at, now)),
            ("Temporal", or_nothing(letter.links.temporal)),
        )
    )


def _row(letter: DeadLetter, now: datetime, *, are_open: bool) -> Row:
    return (
        Cell(letter.dlq_job_id, link=letter.links.temporal),
        *(() if are_open else (_status(letter),)),
        or_nothing(letter.error_type),
        in_short(remedy_of(letter)) if letter.status == OPEN else NOTHING,
        money(letter.spent_usd),
        ago(letter.created_at, now),
        money(letter.retry_estimate_usd),
        _failed_at(letter),
        _sections(letter),
    )


def _failed_at(letter: DeadLetter) -> str:
    asked = short_model_name(letter.model) if letter.model else None
    return " of ".join(part for part in (or_nothing(letter.step), asked) if part)


def _status(letter: DeadLetter) -> Cell:
    """Return the status; an open one waits for somebody."""
    return Cell("✗ open", "bad") if letter.status == OPEN else status_cell(letter.status)


def _sections(letter: DeadLetter) -> str:
    if letter.planned_sections is None:
        return "no outline"
    return f"{letter.finished_sections} of {letter.planned_sections}"

"""Batches as tables, fields and a line of words."""

from datetime import datetime
from typing import Final

from cli.client.batch_answers import Batch, Item
from cli.formats import ago, clean, count, moment, money, or_nothing
from cli.screen.marks import status_cell
from cli.screen.table import Cell, Column, Fields, Row, Table

_BATCHES: Final = (
    Column("Batch", narrow="whole"),
    Column("Does", narrow="drop"),
    Column("Status", narrow="whole"),
    Column("Done", right=True, narrow="whole"),
    Column("Failed", right=True, narrow="drop"),
    Column("Cost", right=True, narrow="drop"),
    Column("Created", right=True, narrow="drop"),
)
_ITEMS: Final = (
    Column("Line", right=True, narrow="whole"),
    Column("Status", narrow="whole"),
    Column("Job", narrow="whole"),
    Column("Error"),
    Column("Cost", right=True, narrow="drop"),
)
BAD: Final = ("invalid", "failed")
"""Statuses of lines of which no page comes."""


def listing(batches: tuple[Batch, ...], now: datetime) -> Table:
    """Return a list of batches."""
    return Table(_BATCHES, tuple(_row(batch, now) for batch in batches), empty="No batches.")


def fields(batch: Batch, now: datetime) -> Fields:
    """Return all of a batch."""
    return Fields(
        (
            ("Batch", Cell(batch.id, "strong")),
            ("Does", batch.kind),
            ("Status", status_cell(batch.status)),
            ("Lines", count(batch.total)),
            ("Done", count(batch.settled)),
            *((name.capitalize(), count(number)) for name, number in batch.counts.items() if number),
            ("Cost", money(batch.cost_usd)),
            ("Failures", or_nothing(", ".join(f"{kind} {number}" for kind, number in batch.failures.items()))),
            ("A second", or_nothing(None if batch.per_second is None else f"{batch.per_second:g}")),
            ("At once", count(batch.in_flight)),
            ("Reason", or_nothing(batch.reason)),
            ("Created", moment(batch.created_at, now)),
            ("Started", moment(batch.started_at, now)),
            ("Finished", moment(batch.finished_at, now)),
        )
    )


def items(lines: tuple[Item, ...]) -> Table:
    """Return lines of a batch with what became of them."""
    return Table(_ITEMS, tuple(_item(line) for line in lines), empty="No lines.")


def words(batch: Batch) -> str:
    """Return in a few words where a batch stands."""
    bad = [f"{batch.counts[name]} {name}" for name in BAD if batch.counts.get(name)]
    running = [f"{batch.counts['running']} running"] if batch.counts.get("running") else []
    return ", ".join([batch.status, *running, *bad, money(batch.cost_usd)])


def problem(line: Item) -> str:
    """Return what is wrong with a line that was refused."""
    told = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in line.problems)
    return f"Line {line.line}: {clean(told)}"


def _row(batch: Batch, now: datetime) -> Row:
    return (
        batch.id,
        batch.kind,
        status_cell(batch.status),
        f"{batch.settled:,} of {batch.total:,}",
        count(sum(batch.counts.get(name, 0) for name in BAD)),
        money(batch.cost_usd),
        ago(batch.created_at, now),
    )


def _why(line: Item) -> str:
    return ": ".join(part for part in (line.error_type, line.error_message) if part)


def _item(line: Item) -> Row:
    told = "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in line.problems)
    return (
        str(line.line),
        status_cell(line.status),
        or_nothing(line.dlq_job_id or line.job_id),
        or_nothing(clean(told or _why(line))),
        money(line.cost_usd),
    )

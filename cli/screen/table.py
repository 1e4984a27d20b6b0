"""What the verbs show, as plain values: tables and named fields. How they look is decided in `render`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "good", "bad", "busy", "held", "quiet", "strong"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and the tone it is shown in; without colours the text alone says it all."""

    text: str
    tone: Tone = ""
    link: str | None = None
    """Where the text leads on a terminal that follows links."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Where a terminal is narrow its cells are folded, cut at their ends, or kept whole: ids are copied.

    Columns to `drop` are left out there, the last one first, until the others fit.
    """

    title: str
    right: bool = False
    narrow: Literal["fold", "cut", "whole", "drop"] = "fold"


Row = Sequence[Cell | str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `empty` is said where there are none."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    empty: str = "Nothing here."


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and their values, one a line. Values that are dashes are left out."""

    rows: tuple[tuple[str, Cell | str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines, a table and lines again: one picture of something that moves."""

    before: tuple[Cell, ...]
    table: Table
    after: tuple[Cell, ...] = ()


def as_cell(value: Cell | str) -> Cell:
    """Return a cell of a plain text."""
    return Cell(value) if isinstance(value, str) else value

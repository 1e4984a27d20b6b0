"""SQL that SQLite and Postgres spell differently."""

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class MillisecondsBetween(FunctionElement[int]):
    """Whole milliseconds from a time to a later one; NULL where either is."""

    type = Integer()
    inherit_cache = True


class UtcDay(FunctionElement[str]):
    """The UTC day of a time, as `2026-05-04`."""

    type = String()
    inherit_cache = True


def _between_on_sqlite(element: MillisecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    start, end = _arguments(element, compiler, options)
    return f"CAST(ROUND((julianday({end}) - julianday({start})) * 86400000) AS INTEGER)"


def _between_on_postgres(element: MillisecondsBetween, compiler: SQLCompiler, **options: object) -> str:
    start, end = _arguments(element, compiler, options)
    return f"CAST(ROUND(EXTRACT(EPOCH FROM ({end} - {start})) * 1000) AS BIGINT)"


def _day_on_sqlite(element: UtcDay, compiler: SQLCompiler, **options: object) -> str:
    (moment,) = _arguments(element, compiler, options)
    return f"date({moment})"


def _day_on_postgres(element: UtcDay, compiler: SQLCompiler, **options: object) -> str:
    (moment,) = _arguments(element, compiler, options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, object]) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


for _kind, _dialect, _spell in (
    (MillisecondsBetween, "sqlite", _between_on_sqlite),
    (MillisecondsBetween, "postgresql", _between_on_postgres),
    (UtcDay, "sqlite", _day_on_sqlite),
    (UtcDay, "postgresql", _day_on_postgres),
):
    compiles(_kind, _dialect)(_spell)

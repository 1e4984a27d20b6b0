"""Column types both SQLite and Postgres keep exactly."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, TypeDecorator
from typing_extensions import TypeForm, override

T = TypeVar("T")

BigInt = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both; SQLite numbers rows only for a column it knows as INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite, which keeps no zone, is given UTC and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[T], Generic[T]):
    """A typed value kept as JSON: written and read through pydantic, so that a row never holds an untyped dict."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: TypeForm[T]) -> None:
        """Keep values of `kind`: a class, a union or an annotated type."""
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    @override
    def process_bind_param(self, value: T | None, dialect: Dialect) -> object:
        return None if value is None else self._adapter.dump_python(value, mode="json", by_alias=True)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        return None if value is None else self._adapter.validate_python(value)


def words(kind: type[StrEnum]) -> Enum:
    """Return the column type of an enumeration, kept as its values in plain text: a new value needs no migration."""
    return Enum(kind, native_enum=False, create_constraint=False, length=32, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]

"""Opaque cursors: where a list goes on."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, TypeAdapter, ValidationError

from api.problem import ProblemError, invalid_field
from api.schemas.envelope import LARGEST_NUMBER

T = TypeVar("T")
K = TypeVar("K")

DEFAULT_LIMIT: Final = 50
LARGEST_LIMIT: Final = 500
LARGEST_LETTER_LIMIT: Final = 10_000
"""Dead letters are handled in bulk."""

_DESCRIPTION: Final = "The `nextCursor` of the page of the list before."

Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="Entries in one answer.")]
LetterLimit = Annotated[int, Query(ge=1, le=LARGEST_LETTER_LIMIT, description="Entries in one answer.")]
Cursor = Annotated[str | None, Query(max_length=500, description=_DESCRIPTION)]

_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,80}$")]
_Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
_Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]

NAME: Final[TypeAdapter[str]] = TypeAdapter(_Name)
NUMBER: Final[TypeAdapter[int]] = TypeAdapter(_Number)
MOMENT: Final[TypeAdapter[tuple[datetime, str]]] = TypeAdapter(tuple[_Moment, _Name])


def position(cursor: str | None, kind: TypeAdapter[K]) -> K | None:
    """Return the position a cursor stands for. Raises ProblemError 422 for a text that is none of ours."""
    if cursor is None:
        return None
    try:
        return kind.validate_json(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValidationError, OverflowError):
        raise _foreign() from None


def cursor_at(place: K, kind: TypeAdapter[K]) -> str:
    """Return the cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(kind.dump_python(place, mode="json")).encode()).decode()


def cut(rows: Sequence[T], limit: int) -> tuple[Sequence[T], T | None]:
    """Return at most `limit` rows, and the last of them when there were more: the list goes on behind it."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1]


def _foreign() -> ProblemError:
    return invalid_field("cursor", "this is no cursor of this list; take `nextCursor` as it came", "invalid_cursor")

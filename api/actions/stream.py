"""Long lists, sent while they are read: neither the process nor the database holds all of one at once."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import TypeVar

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)

Batch = tuple[Sequence[T], str | None]
"""Entries of a list, and the cursor behind them; None where the list ends."""


async def streamed(field: str, batches: AsyncGenerator[Batch[T]]) -> StreamingResponse:
    """Return `{"data": {<field>: [...], "nextCursor": ...}}`, whose cursor is the last batch's.

    The first batch is read before anything is sent: what refuses a request is answered as everywhere else.
    """
    first = await anext(batches)
    return StreamingResponse(_text(field, first, batches), media_type="application/json")


async def _text(field: str, first: Batch[T], others: AsyncIterator[Batch[T]]) -> AsyncGenerator[str]:
    yield f'{{"data":{{"{field}":['
    last = first
    yield _joined(first[0])
    async for last in others:
        yield f",{_joined(last[0])}" if last[0] else ""
    behind = "null" if last[1] is None else f'"{last[1]}"'
    yield f'],"nextCursor":{behind}}}}}'


def _joined(entries: Sequence[BaseModel]) -> str:
    return ",".join(entry.model_dump_json() for entry in entries)

"""Usage as CSV: RFC 4180, and harmless to the spreadsheet that opens it."""

import csv
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from io import StringIO
from itertools import chain
from typing import Final

from domain.money import NANO, NanoUsd
from domain.usage import Period, UsageLine

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
HEADER: Final = (
    "date",
    "timezone",
    "provider",
    "model",
    "user",
    "calls",
    "totalTokens",
    "promptTokens",
    "completionTokens",
    "cachedTokens",
    "reasoningTokens",
    "estimatedCostUsd",
    "chargedUsd",
    "unknownPriceCalls",
    "unknownCostCalls",
    "openCalls",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a text for a formula, the signs' wide forms too: OWASP, CSV Injection."""
_ROWS_AT_ONCE: Final = 500


async def written(lines: AsyncIterable[UsageLine]) -> AsyncGenerator[str]:
    """Yield the file in pieces: a header, then a record for each day, model and user."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    waiting = 0
    async for line in lines:
        writer.writerow(tuple(_cells(line)))
        waiting += 1
        if waiting == _ROWS_AT_ONCE:
            yield _taken(buffer)
            waiting = 0
    yield _taken(buffer)


def file_name(period: Period) -> str:
    """Return what the file is called."""
    return f"pagewright-usage-{period.first}-{period.last}.csv"


def harmless(text: str) -> str:
    """Return a text of somebody else's as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith("'") else text


def _cells(line: UsageLine) -> Iterator[str | int]:
    found = line.sum
    named = (line.day.isoformat(), "UTC", harmless(line.provider), harmless(line.model), harmless(line.user))
    tokens = (found.total_tokens, found.prompt_tokens, found.completion_tokens, found.cached_tokens)
    money = (_usd(found.cost), _usd(found.charged))
    unknown = (found.unknown_price_calls, found.unknown_cost_calls, found.open_calls)
    return chain(named, (found.calls, *tokens, found.reasoning_tokens), money, unknown)


def _usd(nano: NanoUsd) -> str:
    """Return an amount with all its nine decimals."""
    whole, part = divmod(nano, NANO)
    return f"{whole}.{part:09}"


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text

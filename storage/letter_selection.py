"""Dead letters handled in bulk: which ones a filter means, and their lines in a batch."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, Integer, Select, String, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.batch import ItemStatus, LeftOut, LineProblem
from domain.dead_letter import DAY_IS_SPENT, OF_THE_DAY, DeadLetterStatus, RetryNeed, retry_need
from domain.errors import ErrorType
from domain.ids import BatchId, TenantId
from storage.batch_item import BatchItemRow
from storage.columns import Json, words
from storage.dead_letter import DeadLetterRow

MOST_NOT_FOUND: Final = 100
"""Names told that stand for nothing."""
_PROBLEMS: Final[Json[tuple[LineProblem, ...]]] = Json(tuple[LineProblem, ...])


@dataclass(frozen=True, slots=True)
class LetterSelection:
    """Open dead letters of a tenant that meet every condition given."""

    tenant: TenantId
    error_type: ErrorType | None = None
    provider: str | None = None
    since: datetime | None = None
    names: Sequence[str] | None = None
    """Ids of dead letters or of their jobs; None for all."""
    only_retryable: bool = False


@dataclass(frozen=True, slots=True)
class SelectionSum:
    """What a selection comes to. Money is in nano-USD."""

    count: int
    can_retry: int
    spent: int
    retry_estimate: int
    """Of those whose estimate is known."""
    without_estimate: int
    by_error_type: dict[str, int]


class LetterSelectionRepository:
    """Every query on dead letters in bulk."""

    def __init__(self, session: AsyncSession) -> None:
        """Query in `session`."""
        self._session = session

    async def sum(self, selection: LetterSelection) -> SelectionSum:
        """Return what a selection comes to."""
        query = (
            select(
                col(DeadLetterRow.error_type),
                col(DeadLetterRow.can_retry),
                func.count(),
                func.coalesce(func.sum(col(DeadLetterRow.spent)), 0),
                func.coalesce(func.sum(col(DeadLetterRow.retry_estimate)), 0),
                func.count(col(DeadLetterRow.retry_estimate)),
            )
            .where(*_conditions(selection))
            .group_by(col(DeadLetterRow.error_type), col(DeadLetterRow.can_retry))
            .order_by(col(DeadLetterRow.error_type))
        )
        rows = [_Group(*row) for row in (await self._session.execute(query)).all()]
        by_type: dict[str, int] = {}
        for row in rows:
            by_type[row.error_type.value] = by_type.get(row.error_type.value, 0) + row.count
        return SelectionSum(
            count=sum(row.count for row in rows),
            can_retry=sum(row.count for row in rows if row.can_retry),
            spent=sum(int(row.spent) for row in rows),
            retry_estimate=sum(int(row.estimate) for row in rows),
            without_estimate=sum(row.count - row.estimated for row in rows),
            by_error_type=by_type,
        )

    async def left_out(self, selection: LetterSelection) -> LeftOut:
        """Return what meets a selection but for what its retries need, and the names it has for nothing."""
        return LeftOut(skipped=await self._skipped(selection), not_found=await self._not_found(selection))

    async def _skipped(self, selection: LetterSelection) -> dict[RetryNeed, int]:
        if not selection.only_retryable:
            return {}
        message = func.coalesce(col(DeadLetterRow.error_message), "")
        of_day = (message.startswith(DAY_IS_SPENT) | message.endswith(OF_THE_DAY)).label("of_day")
        query = (
            select(col(DeadLetterRow.error_type), of_day, func.min(message), func.count())
            .where(*_conditions(replace(selection, only_retryable=False)), col(DeadLetterRow.can_retry).is_(False))
            .group_by(col(DeadLetterRow.error_type), of_day)
        )
        counts: Counter[RetryNeed] = Counter()
        for error_type, _, told, count in await self._session.execute(query):
            counts[retry_need(error_type, told) or RetryNeed.OTHER_ROUTE] += count
        return dict(sorted(counts.items()))

    async def _not_found(self, selection: LetterSelection) -> tuple[str, ...]:
        if selection.names is None:
            return ()
        anything = LetterSelection(selection.tenant, names=selection.names)
        query = select(col(DeadLetterRow.id), col(DeadLetterRow.job_id)).where(*_conditions(anything))
        found = {name for row in await self._session.execute(query) for name in row}
        return tuple(name for name in dict.fromkeys(selection.names) if name not in found)[:MOST_NOT_FOUND]

    async def put_into(self, batch: BatchId, selection: LetterSelection) -> int:
        """Make a line of a batch of each dead letter of a selection, the oldest first; return how many."""
        number = func.row_number().over(order_by=(col(DeadLetterRow.created_at), col(DeadLetterRow.id)))
        values: list[Any] = [
            literal(batch, String),
            number,
            col(DeadLetterRow.tenant),
            literal(ItemStatus.PENDING, words(ItemStatus)),
            col(DeadLetterRow.job_id),
            col(DeadLetterRow.id),
            col(DeadLetterRow.round) + literal(1, Integer),
            literal((), _PROBLEMS),
            literal(0, Integer),
            col(DeadLetterRow.spent),
            literal(0, Integer),
        ]
        lines: Select[*tuple[Any, ...]] = select(*values).where(*_conditions(selection))
        columns = (
            "batch_id", "number", "tenant", "status", "job_id", "letter_id", "round", "problems", "attempts",
            "base_cost", "cost",
        )  # fmt: skip
        inserted = await self._session.execute(insert(BatchItemRow).from_select(columns, lines))
        return cast("CursorResult[Any]", inserted).rowcount


@dataclass(frozen=True, slots=True)
class _Group:
    error_type: ErrorType
    can_retry: bool
    count: int
    spent: int
    estimate: int
    estimated: int


def _conditions(selection: LetterSelection) -> list[ColumnElement[bool]]:
    row = DeadLetterRow
    conditions: list[Any] = [col(row.tenant) == selection.tenant, col(row.status) == DeadLetterStatus.OPEN]
    if selection.error_type is not None:
        conditions.append(col(row.error_type) == selection.error_type)
    if selection.provider is not None:
        conditions.append(col(row.provider) == selection.provider)
    if selection.since is not None:
        conditions.append(col(row.created_at) >= selection.since)
    if selection.names is not None:
        conditions.append(or_(col(row.id).in_(selection.names), col(row.job_id).in_(selection.names)))
    if selection.only_retryable:
        conditions.append(col(row.can_retry))
    return conditions

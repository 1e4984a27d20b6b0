"""Takes a batch in as it is sent: every line is read and checked by itself and stored, and none is held for long."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError
from ulid import ULID

from api.actions.submission import Submission
from api.guards.auth import Caller
from api.intake.lines import LARGEST_LINE, JsonArray, JsonLines, MalformedError, RawLine, Splitter
from api.problem import ProblemError, field_error, invalid_field
from api.schemas.batch import Pace
from api.schemas.job import SubmitRequest
from api.schemas.problem import FieldError
from api.services import Services
from domain.batch import LARGEST_BATCH, BatchKind, BatchStatus, ItemStatus, Line, LineProblem
from domain.ids import BatchId, batch_id, job_id
from storage.batch import BatchRow
from storage.batch_item import BatchItemRow

JSON: Final = "application/json"

_CHUNK_LINES: Final = 250
_CHUNK_BYTES: Final = 2_000_000
"""Lines are checked and stored in chunks, which end with whichever comes first."""
_MOST_PROBLEMS: Final = 20
"""Problems kept of one line."""
_LARGEST_ULID: Final = 1 << 128


@dataclass(frozen=True, slots=True)
class Received:
    """A batch whose lines are stored, and the hash of what was sent."""

    batch: BatchId
    body_hash: str


def new_batch(services: Services, caller: Caller, kind: BatchKind, pace: Pace) -> BatchRow:
    """Return the row of a new batch, whose lines are still to come."""
    now = services.clock()
    bound = services.settings.batch_in_flight if kind is BatchKind.SUBMIT else None
    return BatchRow(
        id=batch_id(str(ULID())),
        tenant=caller.tenant,
        owner=caller.user,
        kind=kind,
        status=BatchStatus.RECEIVING,
        per_second=pace.per_second or services.settings.batch_per_second,
        in_flight=pace.in_flight or bound,
        created_at=now,
        updated_at=now,
    )


def job_of_line(batch: str, number: int) -> str:
    """Return the id of the job of a line: the batch's ULID plus the line, so that jobs are in the order of lines."""
    first = int(ULID.from_str(batch.removeprefix("batch_")))
    return job_id(str(ULID.from_int((first + number) % _LARGEST_ULID)))


class BatchIntake:
    """Stores the lines of a batch while its body comes in."""

    def __init__(self, services: Services, caller: Caller) -> None:
        """Store with `services`, for `caller`."""
        self._services = services
        self._caller = caller
        self._submission = Submission(services)

    async def receive(self, body: AsyncIterator[bytes], media_type: str, pace: Pace) -> Received:
        """Store a batch. Raises ProblemError 400, 413 or 422, and then nothing of it is kept."""
        batch = new_batch(self._services, self._caller, BatchKind.SUBMIT, pace)
        async with self._services.database.write() as uow:
            uow.batches.add(batch)
        try:
            return await self._stored(batch, body, JsonArray() if media_type == JSON else JsonLines())
        except BaseException:
            await asyncio.shield(self.drop(BatchId(batch.id)))
            raise

    async def drop(self, batch: BatchId) -> None:
        """Forget a batch that is not to be."""
        async with self._services.database.write() as uow:
            await uow.batch_items.remove(batch)
            await uow.batches.remove(batch)

    async def _stored(self, batch: BatchRow, body: AsyncIterator[bytes], splitter: Splitter) -> Received:
        digest = hashlib.sha256(f"{batch.per_second}:{batch.in_flight}:".encode())
        waiting: list[RawLine] = []
        size = total = 0
        try:
            async for chunk in body:
                digest.update(chunk)
                for raw in splitter.feed(chunk):
                    waiting.append(raw)
                    size += len(raw.content or b"")
                    if len(waiting) >= _CHUNK_LINES or size >= _CHUNK_BYTES:
                        total = await self._store(batch, waiting, total)
                        waiting, size = [], 0
            total = await self._store(batch, [*waiting, *splitter.end()], total)
        except MalformedError as error:
            raise _malformed(str(error)) from None
        if total == 0:
            raise invalid_field("body", "the batch holds no line", "empty_batch")
        async with self._services.database.write() as uow:
            row = await uow.batches.lock(BatchId(batch.id))
            if row is not None:
                row.total = total
        return Received(BatchId(batch.id), digest.hexdigest())

    async def _store(self, batch: BatchRow, raws: Sequence[RawLine], before: int) -> int:
        """Store some lines; return how many there are by now."""
        total = before + len(raws)
        if total > LARGEST_BATCH:
            detail = f"a batch holds at most {LARGEST_BATCH} lines; send more as several batches"
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "batch_too_long", detail)
        rows = await asyncio.to_thread(lambda: [self._row(batch, raw) for raw in raws])
        async with self._services.database.write() as uow:
            uow.batch_items.add(rows)
            stored = await uow.batches.lock(BatchId(batch.id))
            if stored is not None:
                stored.updated_at = self._services.clock()
        return total

    def _row(self, batch: BatchRow, raw: RawLine) -> BatchItemRow:
        row = BatchItemRow(batch_id=batch.id, number=raw.number, tenant=batch.tenant, status=ItemStatus.PENDING)
        try:
            row.line = self._line(raw)
        except ProblemError as error:
            row.status, row.problems = ItemStatus.INVALID, _problems(error)
        else:
            row.job_id = job_of_line(batch.id, raw.number)
        return row

    def _line(self, raw: RawLine) -> Line:
        """Return what a line asks for. Raises ProblemError."""
        if raw.content is None:
            raise invalid_field("", f"the line has more than {LARGEST_LINE} bytes")
        value = _value(raw.content)
        is_request = isinstance(value, dict) and "brief" in value
        try:
            request = SubmitRequest.model_validate(value if is_request else {"brief": value})
            order = self._submission.order(self._caller, request)
        except ValidationError as error:
            fields = [field_error(dict(detail)) for detail in error.errors(include_url=False)]
        except ProblemError as error:
            fields = list(error.errors)
        else:
            return Line(brief=order.brief, language=order.language, options=order.options)
        bare = [FieldError(field=_bare(error.field), message=error.message) for error in fields]
        detail = "the line cannot be taken"
        raise ProblemError(422, "invalid_line", detail, errors=fields if is_request else bare)


def _value(content: bytes) -> object:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise invalid_field("", f"the line is not JSON: {error.msg} at character {error.pos + 1}") from None
    except UnicodeDecodeError:
        raise invalid_field("", "the line is not a text in UTF-8") from None
    except RecursionError:
        raise invalid_field("", "the line is nested too deeply") from None
    except ValueError:
        raise invalid_field("", "the line holds a number too long to read") from None


def _bare(field: str) -> str:
    """Return the name of a field in a line that is the brief itself."""
    return field.removeprefix("brief").removeprefix(".")


def _problems(error: ProblemError) -> tuple[LineProblem, ...]:
    return tuple(LineProblem(field=one.field, message=one.message) for one in error.errors[:_MOST_PROBLEMS])


def _malformed(message: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.BAD_REQUEST, "malformed_json", message, errors=[FieldError(field="body", message=message)]
    )

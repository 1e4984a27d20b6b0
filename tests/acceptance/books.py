"""What must hold of a page's books whatever was killed: every request on one row, every result charged once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.call import CallStatus
from domain.event import Event, EventType
from domain.ids import JobId
from domain.step import OUTLINE_STEP, section_step
from storage.call import CallRow
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from tests.vendors.ledger import Entry


@dataclass(frozen=True, slots=True)
class Books:
    """A job as the database and the vendor tell it."""

    job: JobRow
    calls: tuple[CallRow, ...]
    events: tuple[Event, ...]
    entries: tuple[Entry, ...]
    """The vendor's, of this page only."""

    @property
    def lost(self) -> tuple[str, ...]:
        """The steps whose calls were lost, one name a call."""
        return tuple(call.step for call in self.calls if call.status is CallStatus.LOST)

    @property
    def never_left(self) -> int:
        """How many rows were opened for a request that the vendor never saw."""
        return len(self.calls) - len(self.entries)


async def rows_of(uow: UnitOfWork, job: JobId) -> tuple[JobRow, tuple[CallRow, ...], tuple[Event, ...]]:
    """Return what is stored of a job."""
    row = await uow.jobs.find(job)
    assert row is not None
    return row, tuple(await uow.calls.of_job(job)), tuple(await uow.events.after(job, 0))


def assert_balanced(books: Books, sections: int) -> None:
    """Hold the books of a completed page of so many sections."""
    steps = [OUTLINE_STEP, *map(section_step, range(sections))]
    _assert_every_request_has_one_row(books)
    _assert_made_once(books, steps)
    _assert_money(books)
    _assert_story(books, steps)


def _assert_every_request_has_one_row(books: Books) -> None:
    """Match the vendor's ledger with our rows, step by step, by time: a row is committed before its request leaves."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in books.entries:
        entries[_step_of(entry)].append(entry)
    for step in {call.step for call in books.calls} | entries.keys():
        rows = [call for call in books.calls if call.step == step]
        seen = _matched(rows, entries[step])
        for row in rows:
            if row.id not in seen:
                assert row.status is CallStatus.LOST, f"the vendor never saw {row!r}"
            elif row.status is CallStatus.SUCCEEDED:
                assert seen[row.id].answered, f"{row!r} succeeded with {seen[row.id]!r}"


def _matched(rows: Sequence[CallRow], entries: Sequence[Entry]) -> dict[int | None, Entry]:
    """Return each entry under the row that was newest when it arrived."""
    seen: dict[int | None, Entry] = {}
    for entry in entries:
        earlier = [row for row in rows if row.started_at.timestamp() <= entry.at]
        assert earlier, f"no row was open for {entry!r}"
        row = earlier[-1]
        assert row.request == entry.request
        assert row.id not in seen, f"{row!r} stands for {seen[row.id]!r} and for {entry!r}"
        seen[row.id] = entry
    return seen


def _step_of(entry: Entry) -> str:
    """Return our name of the step a request was for; the fake vendor ends each anchor with the section's index."""
    return entry.tag if entry.tag == OUTLINE_STEP else section_step(int(entry.tag.rpartition("-")[2]))


def _assert_made_once(books: Books, steps: Sequence[str]) -> None:
    kept = Counter(call.step for call in books.calls if call.status is CallStatus.SUCCEEDED)
    assert kept == Counter(steps), "a step has other than one stored result"
    for earlier, later in pairwise(books.calls):
        assert (earlier.id or 0) < (later.id or 0)
    for step in steps:
        last = [call for call in books.calls if call.step == step][-1]
        assert last.status is CallStatus.SUCCEEDED, f"{step} was asked for again after its result was stored"
    assert not [call for call in books.calls if call.status is CallStatus.OPEN]


def _assert_money(books: Books) -> None:
    job = books.job
    assert job.reserved == 0
    assert job.cost == sum(call.cost or 0 for call in books.calls)
    for call in books.calls:
        if call.status is CallStatus.SUCCEEDED:
            assert call.charged == call.cost
            assert call.charged > 0
        else:
            assert call.charged == 0
        if call.status is CallStatus.LOST:
            assert call.cost is None
    assert job.charged == sum(call.charged for call in books.calls)


def _assert_story(books: Books, steps: Sequence[str]) -> None:
    numbers = [event.seq for event in books.events]
    assert numbers == list(range(1, books.job.last_seq + 1)), "events have a gap or a repeat"
    told = Counter(event.type for event in books.events)
    assert told[EventType.CALL_STARTED] == told[EventType.CALL_SETTLED] == len(books.calls)
    assert told[EventType.STEP_DONE] == len(steps)
    assert told[EventType.VERSION_STORED] == told[EventType.COMPLETED] == 1
    assert books.events[-1].type is EventType.END

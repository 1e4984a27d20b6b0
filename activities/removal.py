"""What removed jobs leave in words is erased: in the database at once, in Temporal by the worker."""

from collections.abc import Sequence

from domain.ids import JobId, dead_letter_id
from storage.unit_of_work import UnitOfWork

Removed = Sequence[tuple[JobId, int]]
"""Jobs with the number of their newest round."""


async def forget(uow: UnitOfWork, jobs: Removed) -> None:
    """Erase texts, events and dead letters of jobs, in the caller's transaction. What they cost stays.

    A page that none of its jobs made a version of goes with the last of them: it holds nothing but a brief.
    """
    names = [name for name, _ in jobs]
    await uow.flush()
    await uow.calls.forget(names)
    await uow.steps.forget(names)
    await uow.events.erase(names)
    await uow.dead_letters.erase(names)
    await uow.idempotency.erase(letters_of(jobs))
    await uow.jobs.forget_all(names)
    await uow.removal.erase_empty_pages(names)


def letters_of(jobs: Removed) -> list[str]:
    """Return the id of every dead letter jobs may have had."""
    return [dead_letter_id(name, round_) for name, rounds in jobs for round_ in range(1, rounds + 1)]

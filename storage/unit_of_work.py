"""The unit of work: the repositories of one transaction."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from storage.call import CallRepository
from storage.dead_letter import DeadLetterRepository
from storage.event import EventRepository
from storage.idempotency import IdempotencyRepository
from storage.job import JobRepository
from storage.page import PageRepository
from storage.spend import SpendRepository
from storage.step import StepRepository
from storage.token import TokenRepository


class UnitOfWork:
    """Repositories that share one transaction; `Database` opens, commits and ends it."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in `session`."""
        self._session = session

    @cached_property
    def pages(self) -> PageRepository:
        """Pages and versions."""
        return PageRepository(self._session)

    @cached_property
    def jobs(self) -> JobRepository:
        """Jobs."""
        return JobRepository(self._session)

    @cached_property
    def steps(self) -> StepRepository:
        """Steps of rounds."""
        return StepRepository(self._session)

    @cached_property
    def calls(self) -> CallRepository:
        """Calls."""
        return CallRepository(self._session)

    @cached_property
    def events(self) -> EventRepository:
        """Events."""
        return EventRepository(self._session)

    @cached_property
    def dead_letters(self) -> DeadLetterRepository:
        """Dead letters."""
        return DeadLetterRepository(self._session)

    @cached_property
    def spend(self) -> SpendRepository:
        """Daily spend."""
        return SpendRepository(self._session)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Idempotency keys."""
        return IdempotencyRepository(self._session)

    @cached_property
    def tokens(self) -> TokenRepository:
        """Minted tokens."""
        return TokenRepository(self._session)

    async def flush(self) -> None:
        """Send what was added to the database, so that later statements of this transaction see it."""
        await self._session.flush()

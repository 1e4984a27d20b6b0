"""The unit of work: the repositories of one transaction."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import AuditRepository
from storage.batch import BatchRepository
from storage.batch_item import BatchItemRepository
from storage.call import CallRepository
from storage.counter import CounterRepository
from storage.dead_letter import DeadLetterRepository
from storage.event import EventRepository
from storage.idempotency import IdempotencyRepository
from storage.job import JobRepository
from storage.job_history import JobHistoryRepository
from storage.job_metrics import JobMetricsRepository
from storage.letter_selection import LetterSelectionRepository
from storage.letter_statistics import LetterStatisticsRepository
from storage.page import PageRepository
from storage.probe import ProbeRepository
from storage.queue import QueueRepository
from storage.removal import RemovalRepository
from storage.schedule import ScheduleRepository
from storage.spend import SpendRepository
from storage.step import StepRepository
from storage.step_history import StepHistoryRepository
from storage.token import TokenRepository
from storage.usage import UsageRepository


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
    def counters(self) -> CounterRepository:
        """What has happened so far, in numbers."""
        return CounterRepository(self._session)

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
    def usage(self) -> UsageRepository:
        """Sums over calls."""
        return UsageRepository(self._session)

    @cached_property
    def step_history(self) -> StepHistoryRepository:
        """What finished steps took."""
        return StepHistoryRepository(self._session)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Idempotency keys."""
        return IdempotencyRepository(self._session)

    @cached_property
    def tokens(self) -> TokenRepository:
        """Minted tokens."""
        return TokenRepository(self._session)

    @cached_property
    def audit(self) -> AuditRepository:
        """Audit records."""
        return AuditRepository(self._session)

    @cached_property
    def queues(self) -> QueueRepository:
        """Queues of providers."""
        return QueueRepository(self._session)

    @cached_property
    def batches(self) -> BatchRepository:
        """Batches."""
        return BatchRepository(self._session)

    @cached_property
    def batch_items(self) -> BatchItemRepository:
        """Lines of batches."""
        return BatchItemRepository(self._session)

    @cached_property
    def schedules(self) -> ScheduleRepository:
        """Schedules."""
        return ScheduleRepository(self._session)

    @cached_property
    def letter_selections(self) -> LetterSelectionRepository:
        """Dead letters handled in bulk."""
        return LetterSelectionRepository(self._session)

    @cached_property
    def job_history(self) -> JobHistoryRepository:
        """Jobs that have ended."""
        return JobHistoryRepository(self._session)

    @cached_property
    def job_metrics(self) -> JobMetricsRepository:
        """What became of jobs in a span of time."""
        return JobMetricsRepository(self._session)

    @cached_property
    def letter_statistics(self) -> LetterStatisticsRepository:
        """What the open dead letters are, in numbers."""
        return LetterStatisticsRepository(self._session)

    @cached_property
    def probes(self) -> ProbeRepository:
        """Probes of providers."""
        return ProbeRepository(self._session)

    @cached_property
    def removal(self) -> RemovalRepository:
        """Jobs taken out of the lists."""
        return RemovalRepository(self._session)

    async def close(self) -> None:
        """Write what was counted: the last thing before the commit."""
        await self.counters.write()

    async def flush(self) -> None:
        """Send what was added to the database, so that later statements of this transaction see it."""
        await self._session.flush()

"""The deadline of a round: a timer that stands still while the job is paused, or a queue of its route is held."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.queue import Span
    from domain.route import provider_of
    from workflows import contracts
    from workflows.gate import Gate
    from workflows.storage import store

_LOOK_AGAIN: Final = timedelta(hours=1)
"""How often a round whose time is up is looked at while an operator holds its queue."""
_PATCH: Final = "held-queues-stop-the-deadline"


class Deadline:
    """Measures a round's time.

    A job's own pause is known to its workflow and stops the timer at once. A queue's pause is known to the database
    alone, which is asked only when the time is up: the timer is then set anew for what was held back.
    """

    def __init__(self, limit: timedelta, models: Iterable[str], gate: Gate) -> None:
        """Allow `limit` for a round along the route of `models`, paused by `gate`."""
        self._limit = limit
        self._providers = tuple(dict.fromkeys(provider_of(model) for model in models))
        self._gate = gate
        self._spans: list[Span] = []

    async def passes(self) -> None:
        """Return when the time is up."""
        left = self._limit
        while left > timedelta(0):
            await workflow.wait_condition(lambda: not self._gate.is_paused)
            since = workflow.now()
            paused = await self._gate.paused_within(left)
            self._spans.append(Span(since=since, until=workflow.now()))
            left -= self._spans[-1].until - since
            if not paused:
                left = await self._left()

    async def _left(self) -> timedelta:
        """Return how much is left of the limit when the time is up but for what queues were held."""
        if not workflow.patched(_PATCH):
            return timedelta(0)
        asked = contracts.HeldTimeInput(providers=self._providers, spans=tuple(self._spans))
        held = await store(contracts.HELD_TIME, asked, contracts.HeldTime)
        used = sum((span.until - span.since for span in self._spans), timedelta(0)) - held.time
        left = self._limit - used
        return max(left, _LOOK_AGAIN) if held.is_held else left

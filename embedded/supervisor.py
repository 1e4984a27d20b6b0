"""Keeps a row of children running: starts them in order, restarts those that die, stops them in reverse."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from embedded.errors import StackError
from embedded.process import Child, ChildSpec
from embedded.progress import Progress


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How long to wait before a dead child is started again: 1, 2, 4, ... 30 s; anew after a stable minute."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    stable_after: timedelta = timedelta(seconds=60)

    def delay(self, failures: int) -> timedelta:
        """Return the wait after `failures` (from 1) ends in a row."""
        doublings = min(failures - 1, 30)
        return min(self.first * 2**doublings, self.longest)

    def failures_after(self, earlier: int, ran_for: timedelta) -> int:
        """Return how many ends in a row there were, counting one after a run of `ran_for`."""
        return 1 if ran_for >= self.stable_after else earlier + 1


class Supervisor:
    """Runs the children of `specs`, which depend on each other in that order."""

    def __init__(
        self, specs: tuple[ChildSpec, ...], logs: Path, on_progress: Progress, restarts: RestartPolicy
    ) -> None:
        """Prepare to run `specs`; nothing is started yet."""
        self._specs = specs
        self._logs = logs
        self._say = on_progress
        self._restarts = restarts
        self._children: dict[str, Child] = {}
        self._watchers: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> Mapping[str, int]:
        """Process ids of the children that run now, by name."""
        return {name: child.pid for name, child in self._children.items()}

    async def start(self) -> None:
        """Start every child once the one before it works. Raises StackError when one does not; call `stop` then."""
        for spec in self._specs:
            self._say(f"Starting {spec.name} ...")
            child = await self._launch(spec)
            self._watchers.append(asyncio.create_task(self._watch(child), name=f"watch {spec.name}"))

    async def stop(self) -> None:
        """Stop every child, the last one first. Cancelled, it kills them all."""
        for watcher in self._watchers:
            watcher.cancel()
        ends = await asyncio.gather(*self._watchers, return_exceptions=True)
        try:
            for spec in reversed(self._specs):
                if child := self._children.pop(spec.name, None):
                    await self._stop(child)
        except asyncio.CancelledError:
            await self.kill()
            raise
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def kill(self) -> None:
        """End every child at once."""
        while self._children:
            _, child = self._children.popitem()
            await child.kill()

    async def _stop(self, child: Child) -> None:
        self._say(f"Stopping {child.spec.name} ...")
        try:
            if not await child.stop():
                grace = child.spec.grace.total_seconds()
                self._say(f"{child.spec.name} did not stop within {grace:g} s and was killed.")
        except asyncio.CancelledError:
            await child.kill()
            raise

    async def _launch(self, spec: ChildSpec) -> Child:
        child = await Child.start(spec, self._logs)
        self._children[spec.name] = child
        try:
            await child.until_ready()
        except StackError:
            del self._children[spec.name]
            await child.kill()
            raise
        return child

    async def _watch(self, child: Child) -> None:
        """Start the child again whenever it ends, for ever."""
        spec, failures = child.spec, 0
        while True:
            since = time.monotonic()
            how = await child.ended()
            del self._children[spec.name]
            failures = self._restarts.failures_after(failures, timedelta(seconds=time.monotonic() - since))
            while (again := await self._restart(spec, how, failures)) is None:
                how, failures = "not ready", failures + 1
            child = again

    async def _restart(self, spec: ChildSpec, how: str, failures: int) -> Child | None:
        """Start a child again after its wait; None when that failed too."""
        delay = self._restarts.delay(failures)
        log = self._logs / f"{spec.name}.log"
        self._say(f"{spec.name} ended ({how}); starting it again in {delay.total_seconds():g} s. Its output: {log}")
        await asyncio.sleep(delay.total_seconds())
        try:
            child = await self._launch(spec)
        except StackError as error:
            self._say(error.message)
            return None
        self._say(f"{spec.name} is up again.")
        return child

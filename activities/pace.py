"""The pace of a batch: how fast its lines begin, through turns and workers that die."""

from asyncio import sleep
from collections import deque
from math import floor
from time import monotonic
from typing import Final
from uuid import uuid4

_LONGEST_STANDSTILL: Final = 8.0
"""Seconds. Shorter than the heartbeat's timeout: whoever stood still for longer may have been replaced."""
_LOOK_SECONDS: Final = 1.0
_MOST_KEPT: Final = 100


class StoodStillError(RuntimeError):
    """The worker has stood still for so long that another one may be handing out the same lines."""


class Pace:
    """Lets `per_second` lines through in any second and no more; below one a second, one in so long.

    What comes late is caught up with within the second, at most twice as fast.
    """

    def __init__(self, per_second: float, *, is_first: bool = False) -> None:
        """Begin now, at once when no line was begun before; else not until what was begun cannot matter any more."""
        self.name = uuid4().hex
        most = max(1, floor(per_second))
        now = monotonic()
        self._gap = 1 / per_second
        self._window = most / per_second
        before = now - self._window if is_first else now
        self._through = deque([before] * most, maxlen=most)
        self._due = before + self._window
        self._seen = now

    def begin_turn(self) -> None:
        """Begin to look for standstills."""
        self._seen = monotonic()

    async def watch(self) -> None:
        """Look for standstills until cancelled, whatever else is waited for. Raises StoodStillError."""
        while True:
            self.look()
            await sleep(_LOOK_SECONDS)

    def look(self) -> float:
        """Return the time. Raises StoodStillError when nobody has looked for too long."""
        now = monotonic()
        if now - self._seen > _LONGEST_STANDSTILL:
            message = f"nothing happened for {now - self._seen:.0f} s; the lines are handed out anew"
            raise StoodStillError(message)
        self._seen = now
        return now

    def away(self) -> float:
        """Return the seconds until the next one may go."""
        return max(0.0, self._next() - monotonic())

    async def wait(self) -> None:
        """Return when the next one may go. Not for several callers at once. Raises StoodStillError."""
        now, turn = self.look(), self._next()
        while now < turn:
            await sleep(min(turn - now, _LOOK_SECONDS))
            now = self.look()
        self._through.append(now)
        self._due = max(self._due, now - self._window / 2) + self._gap

    def _next(self) -> float:
        return max(self._due, self._through[-1] + self._gap / 2, self._through[0] + self._window)


class Paces:
    """The paces of the batches that this process hands out."""

    def __init__(self) -> None:
        """Know of none."""
        self._kept: dict[str, Pace] = {}

    def of(self, batch: str, per_second: float, name: str, *, is_first: bool) -> Pace:
        """Return the pace of a batch's last turn if this process has it under `name`, else one that begins anew."""
        pace = self._kept.pop(batch, None)
        if pace is None or pace.name != name:
            pace = Pace(per_second, is_first=is_first)
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[batch] = pace
        pace.begin_turn()
        return pace

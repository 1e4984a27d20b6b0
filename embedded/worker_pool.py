"""Several worker processes as one: a Python process is bound by its one interpreter lock."""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from embedded import tied_exec

_LOOK_SECONDS: Final = 0.1
_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


async def run_pool(command: Sequence[str], processes: int, ready_file: Path | None = None) -> int:
    """Run `command` that often, each with a `--ready-file` of its own, until a signal or the end of one.

    SIGTERM and SIGINT are passed on, and everybody is waited for. When one ends by itself the others are stopped too:
    who started the pool starts it again whole. `ready_file` exists while all are ready. Returns the exit code: 0 after
    a signal when all ended well, else that of the first that did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        marks = [Path(folder) / str(number) for number in range(processes)]
        members = [await _start([*command, "--ready-file", str(mark)]) for mark in marks]
        ends = [asyncio.create_task(member.wait()) for member in members]
        stop = _on_signal(members)
        announcing = asyncio.create_task(_announce(marks, ready_file))
        first, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stop()
        await asyncio.wait(ends)
        announcing.cancel()
    _mark(ready_file, there=False)
    codes = [abs(end.result()) for end in (*first, *ends)]
    return next((code for code in codes if code != 0), 0)


async def _start(command: Sequence[str]) -> Process:
    """Start a member that dies with the pool, its output where the pool's goes."""
    tied = (sys.executable, "-I", "-S", tied_exec.__file__, str(os.getpid()), *command)
    return await asyncio.create_subprocess_exec(*tied, process_group=0)


class _Stop:
    """Asks every member that still runs to stop; once, because a second signal would end its orderly stop."""

    def __init__(self, members: Sequence[Process]) -> None:
        self._members = members
        self._asked = False

    def __call__(self) -> None:
        if self._asked:
            return
        self._asked = True
        for member in self._members:
            if member.returncode is None:
                member.send_signal(signal.SIGTERM)


def _on_signal(members: Sequence[Process]) -> _Stop:
    stop = _Stop(members)
    for number in _STOPPING:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    return stop


async def _announce(marks: Sequence[Path], ready_file: Path | None) -> None:
    while not all(mark.exists() for mark in marks):  # noqa: ASYNC110  other processes make these files
        await asyncio.sleep(_LOOK_SECONDS)
    _mark(ready_file, there=True)


def _mark(ready_file: Path | None, *, there: bool) -> None:
    if ready_file is None:
        return
    if there:
        ready_file.touch()
    else:
        ready_file.unlink(missing_ok=True)

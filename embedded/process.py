"""One child process of the stack: started, awaited until it works, stopped, and never left behind."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from embedded import tied_exec
from embedded.errors import StackError
from embedded.log_file import LogFile
from embedded.readiness import Readiness

_ASK_EVERY_SECONDS: Final = 0.1
_CHUNK: Final = 65_536
_LINES_SHOWN: Final = 5
_LAST_OUTPUT_SECONDS: Final = 1.0
"""How long to wait for output when a process that left the group still holds the pipe."""

_PRIVATE: Final = 0o077


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """How a child is started, when it is ready, and how long it may take to stop."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    readiness: Readiness
    start_limit: timedelta = timedelta(seconds=60)
    grace: timedelta = timedelta(seconds=10)
    """Between SIGTERM and SIGKILL."""


@dataclass(frozen=True, slots=True)
class _Output:
    """Our end of a child's output, and the pipe under it."""

    reader: asyncio.StreamReader
    pipe: asyncio.ReadTransport


class Child:
    """A running child, in a process group of its own so that Ctrl-C reaches only its supervisor.

    On Linux it is killed when the thread that started it ends, so it is started from the main thread.
    """

    def __init__(self, spec: ChildSpec, process: asyncio.subprocess.Process, output: _Output, log: LogFile) -> None:
        """Wrap a started process; use `start`."""
        self.spec = spec
        self._process = process
        self._output = output
        self._log = log
        self._copying = asyncio.create_task(self._copy_output())
        self._cleared = False

    @classmethod
    async def start(cls, spec: ChildSpec, logs: Path) -> Self:
        """Start the child. Raises StackError when the system refuses to."""
        try:
            log = LogFile(logs / f"{spec.name}.log")
            for trace in spec.readiness.traces:
                trace.unlink(missing_ok=True)
            output, process = await _start(spec)
        except OSError as error:
            message = f"The {spec.name} process cannot be started: {error}."
            raise StackError(message, "Mend what the system says, then start again.") from error
        return cls(spec, process, output, log)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    @property
    def log_path(self) -> Path:
        """Where its output goes."""
        return self._log.path

    async def until_ready(self) -> None:
        """Wait until the child works. Raises StackError with its last words when it dies or takes too long."""
        try:
            async with asyncio.timeout(self.spec.start_limit.total_seconds()):
                while not await self.spec.readiness.is_ready():
                    await self._still_running()
                    await asyncio.sleep(_ASK_EVERY_SECONDS)
        except TimeoutError:
            error = self._error(f"was not ready after {self.spec.start_limit.total_seconds():g} s")
            raise error from None
        await self._still_running()

    async def ended(self) -> str:
        """Wait for the child's end, end what it started in its turn, and return how it ended."""
        code = await self._process.wait()
        await self._clear()
        return _how(code)

    async def stop(self) -> bool:
        """Ask the child to stop and wait for it. Return False when it had to be killed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self.spec.grace.total_seconds()):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            return False
        await self._clear()
        return True

    async def kill(self) -> None:
        """End the child and its process group at once."""
        self._kill_group()
        await self._process.wait()
        await self._clear()

    async def _still_running(self) -> None:
        if self._process.returncode is not None:
            error = self._error(f"ended as it started ({await self.ended()})")
            raise error

    async def _clear(self) -> None:
        """End what is left of the process group, then wait for the last of its output.

        Once only: afterwards the system may give the group's id to somebody else.
        """
        if self._cleared:
            return
        self._kill_group()
        await asyncio.wait([self._copying], timeout=_LAST_OUTPUT_SECONDS)
        self._copying.cancel()
        self._output.pipe.close()
        self._log.close()
        self._cleared = True

    def _kill_group(self) -> None:
        if self._cleared:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def _copy_output(self) -> None:
        while chunk := await self._output.reader.read(_CHUNK):
            # A full disk must not stop the child, which would wait for ever to get rid of its output.
            with contextlib.suppress(OSError):
                self._log.write(chunk)

    def _error(self, what: str) -> StackError:
        last = self._log.last_lines(_LINES_SHOWN)
        said = "".join(f"\n  | {line[:300]}" for line in last.splitlines())
        return StackError(f"The {self.spec.name} process {what}.{said}", f"Its whole output is in {self.log_path}.")


async def _start(spec: ChildSpec) -> tuple[_Output, asyncio.subprocess.Process]:
    """Start a process and return its output with it.

    The pipe is ours: with asyncio's own, a process counts as running while anything it started holds the other end.
    """
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
    )
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", tied_exec.__file__, str(os.getpid()), *spec.command),
            env=spec.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            process_group=0,
            umask=_PRIVATE,
        )
    finally:
        os.close(writing)
    return _Output(reader, pipe), process


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"

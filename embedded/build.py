"""Temporal's programs built from the pinned Go module in `ops/temporal`."""

import asyncio
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from filelock import AsyncFileLock, Timeout

from embedded.errors import StackError
from embedded.progress import Progress

MINIMUM_GO: Final = (1, 24)
MODULE: Final = Path(__file__).resolve().parent.parent / "ops" / "temporal"

_CLI: Final = "github.com/temporalio/cli/cmd/temporal"
_REPORT_SECONDS: Final = 30.0
_GO_VERSION: Final = re.compile(r"\bgo(\d+)\.(\d+)")
GO: Final = "Go {}.{} or newer".format(*MINIMUM_GO)
_HINT: Final = f"Install {GO}, or set PAGEWRIGHT_TEMPORAL_CLI to a Temporal binary."


async def build(target: Path, version: str, on_progress: Progress) -> None:
    """Build Temporal's CLI `version` to `target`, once even when several processes ask. Raises StackError."""
    await build_package(target, _CLI, f"Temporal {version}", on_progress)


async def build_package(target: Path, package: str, name: str, on_progress: Progress) -> None:
    """Build a program of the module to `target`, as `build` does; `name` is what it is told as."""
    go = await _toolchain()
    target.parent.mkdir(parents=True, exist_ok=True)
    async with _sole_builder(target, on_progress) as had_to_wait:
        if had_to_wait and os.access(target, os.X_OK):
            return
        on_progress(f"Building {name} from source, once (about 6 minutes on two slow cores) ...")
        started = time.monotonic()
        await _build(go, target, package, on_progress)
        on_progress(f"Built {name} in {_elapsed(started)}.")


@asynccontextmanager
async def _sole_builder(target: Path, on_progress: Progress) -> AsyncGenerator[bool]:
    """Hold the right to build; yields whether somebody else held it until now."""
    lock = AsyncFileLock(target.with_name(f"{target.name}.lock"))
    had_to_wait = False
    try:
        await lock.acquire(timeout=0)
    except Timeout:
        had_to_wait = True
        on_progress("Another process is building Temporal; waiting for it ...")
        await lock.acquire()
    try:
        yield had_to_wait
    finally:
        await lock.release()


async def _toolchain() -> str:
    go = shutil.which("go")
    if go is None:
        message = "Temporal cannot be built from source: there is no `go` on PATH."
        raise StackError(message, _HINT)
    process = await asyncio.create_subprocess_exec(
        go, "version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    match = _GO_VERSION.search(output.decode(errors="replace"))
    if match is None or (int(match[1]), int(match[2])) < MINIMUM_GO:
        found = output.decode(errors="replace").strip()[:100]
        message = f"Temporal cannot be built from source: {GO} is needed, `go version` says {found!r}."
        raise StackError(message, _HINT)
    return go


async def _build(go: str, target: Path, package: str, on_progress: Progress) -> None:
    """Build beside `target` and move the result there in one step."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryFile() as output:
            if await _run_go(go, draft, package, output, on_progress) != 0:
                message = f"Temporal cannot be built from source: {_tail(output)}"
                raise StackError(message, _HINT)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


async def _run_go(go: str, draft: Path, package: str, output: IO[bytes], on_progress: Progress) -> int:
    """Run the build to its end and return its exit code; cancelled, it takes the compiler's processes with it."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(go, "build", "-trimpath", "-ldflags=-s -w", "-o", draft, package),
        cwd=MODULE,
        env={**os.environ, "CGO_ENABLED": "0"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        process_group=0,
    )
    try:
        while True:
            try:
                return await asyncio.wait_for(process.wait(), _REPORT_SECONDS)
            except TimeoutError:
                on_progress(f"  ... still building, {_elapsed(started)} so far")
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise


def _tail(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").split("\n")
    return " / ".join(line.strip() for line in lines if line.strip())[-1000:] or "the compiler said nothing."


def _elapsed(started: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"

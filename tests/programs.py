"""Programs that tests run in processes of their own: ours, and those of the machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, Final

from embedded import tied_exec

ROOT: Final = Path(__file__).resolve().parents[1]

Process = subprocess.Popen[str]
Ended = subprocess.CompletedProcess[str]


def start(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    stdin: int = DEVNULL,
    stdout: int | IO[bytes] = PIPE,
    stderr: int | IO[bytes] | None = PIPE,
) -> Process:
    """Start a program in a session of its own, so that what it starts in its turn can be ended with it.

    It inherits our environment unless it gets another one, and our standard error where `stderr` is None.
    """
    return subprocess.Popen(  # noqa: S603  the one place: every command is a test's own
        [*map(str, command)],
        env=environment,
        cwd=folder,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def run(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    given: str = "",
    seconds: float = 60,
) -> Ended:
    """Let a program read `given`, and return how it ended and what it said.

    Raises TimeoutExpired after `seconds`; nothing it started is left then.
    """
    with start(*command, environment=environment, folder=folder, stdin=PIPE) as process:
        try:
            output, errors = process.communicate(given, seconds)
        except BaseException:  # somebody's Ctrl-C, too: it reaches our own session only
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return Ended(process.args, process.returncode, output, errors)


def pagewright(*arguments: str, environment: Mapping[str, str] | None = None, seconds: float = 60) -> Ended:
    """Run our command line."""
    return run(*command_line(*arguments), environment=environment, seconds=seconds)


def python(program: str, *, environment: Mapping[str, str] | None = None, given: str = "") -> Ended:
    """Run a program of Python's."""
    return run(sys.executable, "-c", program, environment=environment, given=given)


def command_line(*arguments: str) -> tuple[str, ...]:
    """Return the command that runs our command line."""
    return (sys.executable, "-m", "cli.main", *arguments)


def tied(*command: str) -> tuple[str, ...]:
    """Return the command that runs another one until this process ends, however it ends."""
    return (sys.executable, "-I", "-S", tied_exec.__file__, str(os.getpid()), *command)


def refusal(ended: Ended) -> str:
    """Return the one message a program refused its work with; fail where it ended in another way."""
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.count("Error: ") == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr

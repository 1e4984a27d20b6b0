"""The commands of a document, and a shell that runs them one after the other as somebody would who types them."""

import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from tests.programs import ROOT, run, start
from tests.unit.docs.markdown import Document

_BASH: Final = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c")
_SECONDS: Final = 150.0
_CURL: Final = 'fail\nsilent\nshow-error\nnoproxy = "*"\n'
"""curl as it is, but for an exit code that tells of a refusal."""

_QUESTION: Final = b"[y/N]: "


@dataclass(frozen=True, slots=True)
class Ran:
    """A command as it was run, what it said, and the folder it was run in."""

    command: str
    output: str
    folder: Path


def commands_of(document: str) -> list[str]:
    """Return every command of the blocks marked `sh`, in order; one may have several lines."""
    path = ROOT / document
    return list(_whole(Document(path, path.read_text("utf-8")).shell_lines()))


def one_line(command: str) -> str:
    """Return a command without the breaks of its lines."""
    return re.sub(r"\s*\\?\n\s*", " ", command)


def _whole(lines: list[str]) -> Iterator[str]:
    """Yield lines together with those that end what they begin: bash says when that is."""
    begun: list[str] = []
    for line in lines:
        if not begun and (not line.strip() or line.startswith("#")):
            continue
        begun.append(line)
        text = "\n".join(begun)
        if not line.endswith("\\") and _is_whole(text):
            yield text
            begun = []
    assert not begun, f"a command without an end: {begun}"


def _is_whole(text: str) -> bool:
    return run("bash", "-n", "-c", text).returncode == 0


class Shell:
    """Runs commands in a folder. What one sets, the next one sees."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Start in `folder`, with our own programs on PATH."""
        self.folder = folder
        self._state = folder / "shell.state"
        (folder / ".curlrc").write_text(_CURL)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._environment = dict(environment) | {"CURL_HOME": str(folder), "PATH": path, "COLUMNS": "220"}

    def run(self, command: str) -> Ran:
        """Run a command; fail with what it said unless it succeeds in time."""
        try:
            ended = run(
                *_BASH, self._script(command), environment=self._environment, folder=self.folder, seconds=_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise _late(command) from None
        assert ended.returncode == 0, f"{command}\nexit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return Ran(command, ended.stdout, self.folder)

    def confirm(self, command: str) -> Ran:
        """Run a command at a terminal, where it has to ask, and answer yes; fail as `run` does."""
        controller, terminal = pty.openpty()
        environment = self._environment | {"TERM": "xterm", "NO_COLOR": "1"}
        script = self._script(command)
        with (
            open(controller, "rb", buffering=0) as screen,  # noqa: PTH123  it has no name
            start(
                *_BASH,
                script,
                environment=environment,
                folder=self.folder,
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
            ) as process,
        ):
            os.close(terminal)
            try:
                asked = _written(screen, until=_QUESTION)
                os.write(controller, b"y\n")
                output = (asked + _written(screen)).decode().replace("\r\n", "\n")
                process.wait(_SECONDS)
            except (TimeoutError, subprocess.TimeoutExpired):
                os.killpg(process.pid, signal.SIGKILL)
                raise _late(command) from None
        assert process.returncode == 0, f"{command}\nexit code {process.returncode}\n{output}"
        assert _QUESTION.decode() in output, f"{command}\ndoes not ask:\n{output}"
        return Ran(command, output, self.folder)

    def _script(self, command: str) -> str:
        state = shlex.quote(str(self._state))
        return f"[ ! -e {state} ] || . {state}\nset -a\n{command}\nset +a\nexport -p > {state}\n"


def _written(screen: FileIO, until: bytes | None = None) -> bytes:
    """Return what is written to a terminal until it ends so, or nobody has it open. Raises TimeoutError."""
    deadline, output = time.monotonic() + _SECONDS, b""
    while until is None or not output.endswith(until):
        if not select.select([screen], [], [], max(deadline - time.monotonic(), 0))[0]:
            raise TimeoutError
        try:
            output += screen.read(4096)
        except OSError:  # how Linux tells that it is closed
            break
    return output


def _late(command: str) -> AssertionError:
    return AssertionError(f"{command}\nnot within {_SECONDS:g} s")

"""The commands of a document, and a shell that runs them one after the other as somebody would who types them."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.programs import ROOT, run
from tests.unit.docs.markdown import Document

_BASH: Final = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c")
_SECONDS: Final = 150.0
_CURL: Final = 'fail\nsilent\nshow-error\nnoproxy = "*"\n'
"""curl as it is, but for an exit code that tells of a refusal."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said, and the folder it was run in."""

    output: str
    folder: Path


def commands_of(document: str) -> list[str]:
    """Return every command of the blocks marked `sh`, in order; one may have several lines."""
    path = ROOT / document
    return list(_whole(Document(path, path.read_text("utf-8")).shell_lines()))


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
        state = shlex.quote(str(self._state))
        script = f"[ ! -e {state} ] || . {state}\nset -a\n{command}\nset +a\nexport -p > {state}\n"
        try:
            ended = run(*_BASH, script, environment=self._environment, folder=self.folder, seconds=_SECONDS)
        except subprocess.TimeoutExpired:
            message = f"{command}\nnot within {_SECONDS:g} s"
            raise AssertionError(message) from None
        assert ended.returncode == 0, f"{command}\nexit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return Ran(ended.stdout, self.folder)

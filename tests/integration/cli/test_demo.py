"""`pagewright demo` as a newcomer runs it: the real stack, from brief to published page."""

import os
import re
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.programs import Ended, Process, command_line, pagewright, start

KEYS: Final = frozenset({"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"})
FOREIGN: Final = ("PAGEWRIGHT_", "TEMPORAL_")


@dataclass(frozen=True, slots=True)
class Demo:
    """The verb with settings that keep its stack away from every other one."""

    environment: dict[str, str]
    out: Path

    def run(self, *arguments: str) -> Ended:
        """Run it to its end."""
        return pagewright("demo", "--out", str(self.out), *arguments, environment=self.environment)

    @contextmanager
    def staying(self, log: Path) -> Generator[Process]:
        """Run it until the context ends; what it prints goes to `log`."""
        with log.open("wb") as output:
            command = command_line("demo", "--out", str(self.out))
            process = start(*command, environment=self.environment, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def demo(tmp_path: Path, free_port: Callable[[], int], temporal_binary: Path) -> Demo:
    environment = {
        name: value for name, value in os.environ.items() if name not in KEYS and not name.startswith(FOREIGN)
    }
    environment |= {
        "PAGEWRIGHT_DATA_DIR": str(tmp_path / "data"),
        "PAGEWRIGHT_TEMPORAL_CLI": str(temporal_binary),
        "PAGEWRIGHT_API_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_UI_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_METRICS_PORT": str(free_port()),
        "PAGEWRIGHT_WORKER_METRICS_PORT": str(free_port()),
    }
    return Demo(environment, tmp_path / "out")


def until_told(log: Path, words: str, process: Process) -> str:
    """Return what is in `log` once `words` are."""
    while words not in (text := log.read_text()):
        assert process.poll() is None, text
        time.sleep(0.1)
    return text


def value(text: str, name: str) -> str:
    """Return the value of a named line."""
    match = re.search(rf"^{name} +(.+)$", text, re.MULTILINE)
    assert match is not None, text
    return match[1]


@pytest.mark.slow
@pytest.mark.requires("temporal")
def test_a_newcomer_has_a_published_page_and_a_stack_until_ctrl_c(demo: Demo, tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    with demo.staying(log) as process:
        text = until_told(log, "Everything stays up until Ctrl-C.", process)
        assert "the offline sandbox writes this page. It is not AI." in text
        assert value(text, "Charged") == "$0"
        page = httpx.get(value(text, "Page"), trust_env=False)
        assert page.status_code == 200
        assert Path(value(text, "File")).read_bytes() == page.content
        assert httpx.get(value(text, "API docs"), trust_env=False).status_code == 200
        job = re.search(r"(job_\w{26}) is completed", text)
        assert job is not None
        assert value(text, "Temporal").endswith(f"/namespaces/default/workflows/{job[1]}")

        again = demo.run("--exit", "--brief", "examples/briefs/band.txt")
        assert again.returncode == 0, again.stderr
        assert f"Using the stack that runs already (process {process.pid})." in again.stdout
        assert len(list(demo.out.glob("*/index.html"))) == 2

        (tmp_path / "empty.md").write_text("")
        refused = demo.run("--exit", "--brief", str(tmp_path / "empty.md"))
        assert refused.returncode == 1
        assert "brief" in refused.stderr

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=40) == 0, log.read_text()


def test_a_brief_that_is_not_there_starts_nothing(demo: Demo, tmp_path: Path) -> None:
    ended = demo.run("--exit", "--brief", "missing.md")
    assert ended.returncode == 1
    assert "The brief missing.md cannot be read" in ended.stderr
    assert not (tmp_path / "data").exists()

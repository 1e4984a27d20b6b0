"""Ports and a data directory of their own, and small programs that stand in for Temporal, the worker and the API."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from embedded.process import ChildSpec
from embedded.readiness import FileReadiness
from embedded.supervisor import RestartPolicy

MakeSpec = Callable[..., ChildSpec]

CHILD = """
import pathlib, signal, sys, time
name, ready, story = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])

def tell(what):
    with story.open("a") as file:
        file.write(f"{name} {what}\\n")

def stop(*_):
    tell("stops")
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
tell("starts")
print(f"hello from {name}", flush=True)
"""
WORKS = CHILD + "ready.touch()\nwhile True: signal.pause()\n"


@pytest.fixture
def environment(tmp_path: Path, free_port: Callable[[], int]) -> dict[str, str]:
    """Settings that keep a stack away from every other one; its cache is empty."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEWRIGHT_", "TEMPORAL_"))}
    return kept | {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PAGEWRIGHT_DATA_DIR": str(tmp_path / "data"),
        "PAGEWRIGHT_API_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_UI_PORT": str(free_port()),
        "PAGEWRIGHT_TEMPORAL_METRICS_PORT": str(free_port()),
        "PAGEWRIGHT_WORKER_METRICS_PORT": str(free_port()),
        "PAGEWRIGHT_PROMETHEUS_PORT": str(free_port()),
        "PAGEWRIGHT_ALERTMANAGER_PORT": str(free_port()),
    }


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """What the children tell of themselves, a line an event."""
    path = tmp_path / "story"
    path.touch()
    return path


@pytest.fixture
def make_spec(tmp_path: Path, story: Path) -> MakeSpec:
    """Return a function that makes the spec of a child that runs `code`."""

    def make(name: str, code: str = WORKS, *, start_limit: float = 20, grace: float = 10) -> ChildSpec:
        ready = tmp_path / f"{name}.ready"
        return ChildSpec(
            name=name,
            command=(sys.executable, "-c", code, name, str(ready), str(story)),
            environment=dict(os.environ),
            readiness=FileReadiness(ready),
            start_limit=timedelta(seconds=start_limit),
            grace=timedelta(seconds=grace),
        )

    return make


@pytest.fixture
def child_code() -> str:
    """The beginning of a child program, before it says that it is ready."""
    return CHILD


@pytest.fixture
def at_once() -> RestartPolicy:
    """Restarts that a test can wait for."""
    return RestartPolicy(first=timedelta(milliseconds=20), longest=timedelta(milliseconds=100))


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Return a function that tells whether a process lives (a zombie does not)."""

    def check(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return check

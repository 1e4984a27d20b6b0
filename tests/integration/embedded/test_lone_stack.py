"""What the supervisor's own end does to its children: it runs in a process of its own here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded.signals import ONE_WISH_SECONDS

PROGRAM = Path(__file__).with_name("lone_stack.py")
ROOT = Path(__file__).resolve().parents[3]

IsRunning = Callable[[int], bool]
Process = subprocess.Popen[str]
StartStack = Callable[..., Process]


@pytest.fixture
def start_stack(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[StartStack]:
    """Return a function that starts a stack in a process of its own; what still runs at the end is killed."""
    started: list[Process] = []
    ports = [str(free_port()) for _ in range(5)]

    def start(**environment: str) -> Process:
        process = Process(
            [sys.executable, str(PROGRAM), str(tmp_path / "data"), *ports],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def pids_of(process: Process) -> dict[str, int]:
    """Read what a stack prints until it is up."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)
    pytest.fail("the stack did not start")


def none_runs(pids: dict[str, int], is_running: IsRunning, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while any(is_running(pid) for pid in pids.values()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_do_not_outlive_a_killed_supervisor(start_stack: StartStack, is_running: IsRunning) -> None:
    stack = start_stack()
    pids = pids_of(stack)
    assert all(is_running(pid) for pid in pids.values())
    stack.kill()
    assert none_runs(pids, is_running)


def test_a_killed_stack_can_be_started_again_at_once(start_stack: StartStack) -> None:
    first = start_stack()
    pids_of(first)
    first.kill()
    first.wait()
    assert pids_of(start_stack()).keys() == {"a", "b"}


@pytest.mark.parametrize("stopping", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_sent_once_or_at_once_twice_stops_everything_in_order(
    start_stack: StartStack, is_running: IsRunning, stopping: signal.Signals
) -> None:
    stack = start_stack()
    pids = pids_of(stack)
    stack.send_signal(stopping)
    stack.send_signal(stopping)
    output, _ = stack.communicate(timeout=30)
    assert output.splitlines() == [
        "Stopping b ...",
        "b did not stop within 0.5 s and was killed.",
        "Stopping a ...",
        "bye",
    ]
    assert stack.returncode == 0
    assert none_runs(pids, is_running)


def test_a_second_signal_ends_everything_at_once(start_stack: StartStack, is_running: IsRunning) -> None:
    stack = start_stack(PATIENT="yes")
    pids = pids_of(stack)
    stack.send_signal(signal.SIGINT)
    assert stack.stdout is not None
    assert stack.stdout.readline() == "Stopping b ...\n"
    time.sleep(ONE_WISH_SECONDS)
    stack.send_signal(signal.SIGINT)
    stack.communicate(timeout=20)
    assert none_runs(pids, is_running)


def test_a_second_stack_is_refused_and_told_of_the_first(start_stack: StartStack) -> None:
    first = start_stack()
    pids_of(first)
    output, _ = start_stack().communicate(timeout=30)
    assert f"in use by another stack (process {first.pid})" in output

"""What the test run itself promises: nothing skipped in silence, nothing sent beyond this machine."""

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.programs import ROOT, Ended, run

NEEDY = """
import pytest

@pytest.mark.requires("java")
def test_one(): ...

@pytest.mark.requires("java")
def test_two(): ...

def test_three(): ...

def test_four(temporal_binary): ...

def test_five(temporal_binary): ...
"""
CRASHING = """
import os

if "PYTEST_XDIST_WORKER" in os.environ and os.environ["DIES"] == "while it collects":
    os._exit(0)

def test_one():
    if os.environ["DIES"] == "in a test":
        os._exit(0)

def test_two(): ...
"""


def run_pytest(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run the tests of a folder as ours are run."""
    usual = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        usual.pop(name, None)
    kept_here = ("-p", "no:cacheprovider", "--basetemp", str(folder / "temporary"))
    command = (sys.executable, "-m", "pytest", "-q", *kept_here, *arguments)
    return run(*command, environment=usual | environment, folder=folder, seconds=100)


def run_needy(folder: Path, *arguments: str, ci: str) -> Ended:
    """Run five tests, two of which need Java and two Temporal, where there is neither."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_needy.py").write_text(NEEDY)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = requires\n")
    nowhere = {"PATH": str(folder), "XDG_CACHE_HOME": str(folder), "PAGEWRIGHT_TEMPORAL_CLI": ""}
    return run_pytest(folder, *arguments, CI=ci, **nowhere)


@pytest.mark.parametrize("processes", [(), ("-n", "2")])
def test_a_missing_part_is_named_in_one_line_at_the_end(tmp_path: Path, processes: tuple[str, ...]) -> None:
    ended = run_needy(tmp_path, *processes, ci="")
    *_, java, temporal, closing = ended.stdout.splitlines()
    assert {java, temporal} == {
        "MISSING java: 2 tests did not run; get it with: make deps",
        "MISSING temporal: 2 tests did not run; get it with: make temporal",
    }
    assert "1 passed, 4 skipped" in closing
    assert ended.returncode == 0


def test_a_missing_part_fails_under_ci(tmp_path: Path) -> None:
    ended = run_needy(tmp_path, ci="true")
    assert "java is missing; get it with: make deps" in ended.stdout
    assert "temporal is missing; get it with: make temporal" in ended.stdout
    assert "1 passed, 4 errors" in ended.stdout.splitlines()[-1]
    assert ended.returncode == 1


@pytest.mark.parametrize(("dies", "told"), [("in a test", "crashed while running"), ("while it collects", "node down")])
def test_a_process_of_the_run_that_dies_fails_it(tmp_path: Path, dies: str, told: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_crashing.py").write_text(CRASHING)
    ended = run_pytest(tmp_path, "-n", "2", DIES=dies)
    assert told in ended.stdout
    assert ended.returncode != 0


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises((SocketConnectBlockedError, UserWarning), match="A test tried to use socket"):
        socket.create_connection((host, 80), timeout=1)


def test_a_test_can_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()

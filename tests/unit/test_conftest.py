"""What the test run itself promises: nothing skipped in silence, nothing sent beyond this machine."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).resolve().parents[2]
NEEDY = """
import pytest

@pytest.mark.requires("java")
def test_one(): ...

@pytest.mark.requires("java")
def test_two(): ...

def test_three(): ...
"""


def run_needy(folder: Path, *, under_ci: bool) -> "subprocess.CompletedProcess[str]":
    """Run three tests, two of which need Java, where there is none."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_needy.py").write_text(NEEDY)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = requires\n")
    environment = {**os.environ, "PATH": str(folder), "PYTHONPATH": str(ROOT), "CI": "true" if under_ci else ""}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(  # our own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_part_is_named_in_one_line_at_the_end(tmp_path: Path) -> None:
    ended = run_needy(tmp_path, under_ci=False)
    *_, named, closing = ended.stdout.splitlines()
    assert named == "MISSING java: 2 tests did not run; get it with: make deps"
    assert "1 passed, 2 skipped" in closing
    assert ended.returncode == 0


def test_a_missing_part_fails_under_ci(tmp_path: Path) -> None:
    ended = run_needy(tmp_path, under_ci=True)
    assert "java is missing; get it with: make deps" in ended.stdout
    assert "1 passed, 2 errors" in ended.stdout.splitlines()[-1]
    assert ended.returncode == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises((SocketConnectBlockedError, UserWarning), match="A test tried to use socket"):
        socket.create_connection((host, 80), timeout=1)


def test_a_test_can_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()

"""Parts that tests of every folder stand on: what a machine must have, and one Temporal server for the session."""

import asyncio
import functools
import os
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import hypothesis
import pytest

from embedded.binary import existing_binary
from embedded.production import production_programs
from tests.postgres_server import postgres_programs
from tests.programs import run
from tests.temporal_server import free_port, running_temporal

UNDER_CI: Final = os.environ.get("CI") == "true"
MISSING: Final = "missing part"
"""Name of the property that a test's report takes from the process that ran it to the one that tells of the run."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something a test needs of the machine, and how to get it."""

    is_there: Callable[[], bool]
    remedy: str


def _any_of(*programs: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(program) for program in programs)


def _all_of(*programs: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(program) for program in programs)


def _has_font(family: str) -> Callable[[], bool]:
    def is_there() -> bool:
        fc_list = shutil.which("fc-list")
        return fc_list is not None and run(fc_list, "--quiet", family).returncode == 0

    return is_there


PARTS: Final = {
    "chromium": Part(_any_of("chromium", "chromium-browser"), "make deps"),
    "fonts": Part(_has_font("Noto Sans CJK JP"), "make deps"),
    "java": Part(_any_of("java"), "make deps"),
    "curl": Part(_any_of("curl"), "make deps"),
    "jq": Part(_any_of("jq"), "make deps"),
    "postgres": Part(lambda: postgres_programs() is not None, "make deps"),
    "prometheus": Part(_all_of("prometheus", "promtool"), "make deps"),
    "alertmanager": Part(_all_of("prometheus-alertmanager", "amtool"), "make deps"),
    "go": Part(_any_of("go"), "install Go 1.24 or newer"),
    "temporal": Part(lambda: asyncio.run(existing_binary(_explicit())).binary is not None, "make temporal"),
    "temporal-server": Part(lambda: production_programs() is not None, "make temporal-server"),
}


def _explicit() -> Path | None:
    path = os.environ.get("PAGEWRIGHT_TEMPORAL_CLI")
    return Path(path) if path else None


def pytest_configure() -> None:
    """Take the clock out of Hypothesis: an example may meet a moment in which the machine is busy with other tests."""
    hypothesis.settings.register_profile("tests", hypothesis.settings(), deadline=None)
    hypothesis.settings.load_profile("tests")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` means.

    One more than there are cores, for most tests wait; but not many, for each has a Temporal, a Postgres and a browser.
    """
    return min((os.cpu_count() or 1) + 1, 8)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold the `requires` marker: without its part a test is skipped, named at the end, and fails under CI."""
    for name in _required(item):
        if not _is_there(name):
            item.user_properties.append((MISSING, name))
            _miss(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, tests in _missed(terminalreporter).items():
        terminalreporter.write_line(f"MISSING {name}: {tests} tests did not run; get it with: {PARTS[name].remedy}")


def _required(item: pytest.Item) -> Iterator[str]:
    for marker in item.iter_markers("requires"):
        yield from marker.args
    if isinstance(item, pytest.Function) and "temporal_binary" in item.fixturenames:
        yield "temporal"


def _missed(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    """Return how many tests missed each part."""
    reports = [report for listed in terminalreporter.stats.values() for report in listed]
    setups = [report for report in reports if isinstance(report, pytest.TestReport) and report.when == "setup"]
    return Counter(str(part) for setup in setups for name, part in setup.user_properties if name == MISSING)


@functools.cache
def _is_there(name: str) -> bool:
    return PARTS[name].is_there()


def _miss(name: str) -> NoReturn:
    reason = f"{name} is missing; get it with: {PARTS[name].remedy}"
    if UNDER_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Return a function that waits until a condition holds, and fails the test when it does not within 60 s."""

    async def wait(condition: Callable[[], bool]) -> None:
        for _ in range(1200):
            if condition():
                return
            await asyncio.sleep(0.05)
        pytest.fail("what the test waited for did not happen within 60 s")

    return wait


@pytest.fixture(scope="session", name="free_port")
def free_port_fixture() -> Callable[[], int]:
    """Return a function that names a loopback port nobody listens on."""
    return free_port


@pytest.fixture(scope="session")
def temporal_binary() -> Path:
    """Temporal's binary where it lies already; a test run never downloads or builds one."""
    binary = asyncio.run(existing_binary(_explicit())).binary
    if binary is None:
        _miss("temporal")
    return binary


@pytest.fixture(scope="session")
def temporal_server(temporal_binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dev server in memory, with the search attributes, for the whole session.

    Tests keep apart by workflow ids and queue names of their own.
    """
    with running_temporal(temporal_binary, free_port(), tmp_path_factory.mktemp("temporal")) as address:
        yield address


@pytest.fixture
def own_temporal_server(temporal_binary: Path, tmp_path: Path) -> Iterator[str]:
    """Address of a dev server in memory, with the search attributes, for one test alone."""
    with running_temporal(temporal_binary, free_port(), tmp_path) as address:
        yield address

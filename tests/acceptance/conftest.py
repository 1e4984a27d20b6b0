"""One stack and one vendor for the tests of a module: a stack takes long to start, and has to outlive its tests."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.acceptance.bench import Bench
from tests.acceptance.shell import Shell
from tests.acceptance.stack import RunningStack
from tests.acceptance.vendor import RunningVendor


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """What a module's stack is set to, beside its place and its vendor; a module may say otherwise."""
    return {}


@pytest.fixture(scope="module")
def latency() -> float:
    """Seconds the vendor takes for an answer; a module may say otherwise."""
    return 0.3


@pytest.fixture(scope="module")
def verb() -> str:
    """What starts a module's stack: `up`, or `observe` for one with Prometheus and Alertmanager."""
    return "up"


@pytest.fixture(scope="module", name="running")
def running_bench(
    tmp_path_factory: pytest.TempPathFactory,
    temporal_binary: Path,
    environment: dict[str, str],
    latency: float,
    verb: str,
) -> Iterator[Bench]:
    """The module's bench, started once."""
    folder = tmp_path_factory.mktemp("acceptance")
    with RunningVendor(folder, latency) as vendor:
        binary = {"PAGEWRIGHT_TEMPORAL_CLI": str(temporal_binary)}
        stack = RunningStack(folder, vendor.environment | binary | environment, verb)
        try:
            stack.start()
            yield Bench(stack, vendor)
        finally:
            stack.stop()


@pytest.fixture
def bench(running: Bench) -> Bench:
    """The module's bench, all of it up whatever the test before did to it."""
    running.stack.until_ready()
    return running


@pytest.fixture
def shell(bench: Bench, tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder. A stack that was started in it ends with it."""
    yield Shell(tmp_path, bench.stack.environment)
    holder = bench.stack.directory.holder()
    if holder is not None and holder != bench.stack.pids.get("up"):
        with suppress(psutil.NoSuchProcess):
            started = psutil.Process(holder)
            started.terminate()
            psutil.wait_procs([started], timeout=60)

"""One stack and one vendor for the tests of a module: a stack takes long to start, and has to outlive its tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.bench import Bench
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


@pytest.fixture(scope="module", name="running")
def running_bench(
    tmp_path_factory: pytest.TempPathFactory, temporal_binary: Path, environment: dict[str, str], latency: float
) -> Iterator[Bench]:
    """The module's bench, started once."""
    folder = tmp_path_factory.mktemp("acceptance")
    with RunningVendor(folder, latency) as vendor:
        binary = {"PAGEWRIGHT_TEMPORAL_CLI": str(temporal_binary)}
        stack = RunningStack(folder, vendor.environment | binary | environment)
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

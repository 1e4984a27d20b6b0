"""A worker in a process of its own, so that a test can kill it."""

import os
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

from tests.programs import command_line, start, tied
from tests.workflows.world import World

_READY_SECONDS = 60


@contextmanager
def killed_worker(world: World) -> Generator[None]:
    """Let a worker work on a world while the block lasts, and kill it then with SIGKILL."""
    folder, vendors = world.settings.data_dir, world.settings.vendors
    ready = folder / "worker.ready"
    ready.unlink(missing_ok=True)
    environment = os.environ | {
        "PAGEWRIGHT_DATA_DIR": str(folder),
        "PAGEWRIGHT_DATABASE_URL": world.database.url.render_as_string(hide_password=False),
        "PAGEWRIGHT_MODELS": ",".join(world.settings.models or ()),
        "TEMPORAL_ADDRESS": world.client.service_client.config.target_host,
        "OPENAI_API_KEY": "sk-test-openai",
        "OPENAI_BASE_URL": vendors.openai_base_url or "",
        "ANTHROPIC_API_KEY": "sk-test-anthropic",
        "ANTHROPIC_BASE_URL": vendors.anthropic_base_url or "",
    }
    program = tied(*command_line("worker", "--ready-file", str(ready)))
    with (folder / "worker.log").open("ab") as log:
        process = start(*program, environment=environment, stdout=log, stderr=log)
        try:
            by = time.monotonic() + _READY_SECONDS
            while not ready.exists():
                has_time = process.poll() is None and time.monotonic() < by
                assert has_time, (folder / "worker.log").read_text()
                time.sleep(0.1)
            yield
        finally:
            with suppress(ProcessLookupError):  # it may not have begun
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

"""A pool of worker processes, with small programs in the workers' place."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from embedded.worker_pool import run_pool

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]

WORKS = """
import pathlib, signal, sys
story = pathlib.Path(sys.argv[1])
def stop(*_):
    with story.open("a") as file: file.write("stopped\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[3]).touch()
while True: signal.pause()
"""
FAILS = "import pathlib, sys, time; pathlib.Path(sys.argv[3]).touch(); time.sleep(1); sys.exit(3)"


async def test_a_signal_stops_every_member_and_the_pool_ends_well(tmp_path: Path, eventually: Eventually) -> None:
    story, ready = tmp_path / "story", tmp_path / "ready"
    pool = asyncio.create_task(run_pool((sys.executable, "-c", WORKS, str(story)), 3, ready))
    await eventually(ready.exists)
    os.kill(os.getpid(), signal.SIGTERM)
    assert await pool == 0
    assert story.read_text(encoding="utf-8").count("stopped") == 3
    assert not ready.exists()


async def test_the_end_of_one_ends_the_pool_with_its_exit_code(tmp_path: Path) -> None:
    async with asyncio.timeout(30):
        assert await run_pool((sys.executable, "-c", FAILS, str(tmp_path / "story")), 2) == 3

"""Run a stack of simple children until a signal: `lone_stack.py <data dir> <port> ...`.

A process of its own, so that a test can kill the supervisor itself. Prints the children's pids when all is up.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from embedded.data_directory import DataDirectory
from embedded.process import ChildSpec
from embedded.progress import Progress
from embedded.readiness import FileReadiness
from embedded.signals import until_stopped
from embedded.stack import Stack
from embedded.supervisor import RestartPolicy
from settings import Settings

CHILD = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[2] == "deaf" else signal.SIG_DFL)
pathlib.Path(sys.argv[1]).touch()
while True: signal.pause()
"""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def children(_settings: Settings, directory: DataDirectory, _on_progress: Progress) -> tuple[ChildSpec, ...]:
    """Return a child that stops when asked, and one that does not."""
    return tuple(
        ChildSpec(
            name=name,
            command=(sys.executable, "-c", CHILD, str(directory.root / f"{name}.ready"), manner),
            environment=dict(os.environ),
            readiness=FileReadiness(directory.root / f"{name}.ready"),
            grace=timedelta(seconds=60 if manner == "deaf" and "PATIENT" in os.environ else 0.5),
        )
        for name, manner in (("a", "polite"), ("b", "deaf"))
    )


async def run(settings: Settings) -> None:
    """Run the stack until it is stopped."""
    async with Stack(settings, say, children=children, restarts=RestartPolicy()) as stack:
        say(json.dumps(dict(stack.pids)))
        await asyncio.Event().wait()


if __name__ == "__main__":
    data_dir, *ports = sys.argv[1:]
    temporal, ui, api, temporal_metrics, worker_metrics = map(int, ports)
    asyncio.run(
        until_stopped(
            run(
                Settings(
                    data_dir=Path(data_dir),
                    temporal_port=temporal,
                    temporal_ui_port=ui,
                    api_port=api,
                    temporal_metrics_port=temporal_metrics,
                    worker_metrics_port=worker_metrics,
                )
            )
        )
    )
    say("bye")

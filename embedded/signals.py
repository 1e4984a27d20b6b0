"""Stopping on the terminal's and the system's signals."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

T = TypeVar("T")


async def until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """Do `work`; SIGINT, SIGTERM and SIGHUP cancel it. Returns its result, or None when it was stopped.

    A second signal cancels what the first one set off, for example an orderly stop of children.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    stopped = asyncio.Event()

    def stop() -> None:
        stopped.set()
        task.cancel()

    for signal_ in STOPPING:
        loop.add_signal_handler(signal_, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if not stopped.is_set():
            raise
        return None
    finally:
        for signal_ in STOPPING:
            loop.remove_signal_handler(signal_)

"""Stopping on the terminal's and the system's signals."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONE_WISH_SECONDS: Final = 0.5
"""Signals this close together are one wish: wrappers such as timeout(1) send theirs twice."""

T = TypeVar("T")


async def until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """Do `work`; SIGINT, SIGTERM and SIGHUP cancel it. Returns its result, or None when it was stopped.

    A later signal cancels what the first one set off, for example an orderly stop of children.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    stopped_at: float | None = None

    def stop() -> None:
        nonlocal stopped_at
        if stopped_at is None or loop.time() - stopped_at >= ONE_WISH_SECONDS:
            stopped_at = loop.time()
            task.cancel()

    for signal_ in STOPPING:
        loop.add_signal_handler(signal_, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if stopped_at is None:
            raise
        return None
    finally:
        for signal_ in STOPPING:
            loop.remove_signal_handler(signal_)

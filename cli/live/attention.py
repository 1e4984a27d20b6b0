"""Something that goes on without us, watched at the terminal until it ends or Ctrl-C is pressed."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import typer

from cli.screen.render import print_note
from embedded.signals import until_stopped

T = TypeVar("T")

STOPPED: Final = 130
"""What a shell reports of a program that Ctrl-C ended."""


def attended(watching: Coroutine[Any, Any, T]) -> T:
    """Watch to the end and return what is told of it. Ends with exit code 130 where somebody stops watching."""
    finished = asyncio.run(until_stopped(watching))
    if finished is None:
        raise typer.Exit(STOPPED)
    return finished


async def left_alone(watching: Coroutine[Any, Any, None], name: str, verb: str) -> None:
    """Watch `name`; whoever stops watching is told how to come back: by `verb`, for example `jobs watch`."""
    try:
        await watching
    except asyncio.CancelledError:
        print_note(f"{name} goes on without us. Attach again with: pagewright {verb} {name}")
        raise

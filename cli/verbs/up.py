"""`pagewright up`: the whole stack on this machine."""

import asyncio
from collections.abc import Sequence

import typer

from cli.configuration import load_settings
from cli.door import require_closed_door
from cli.screen.render import print_line, print_stack
from embedded.signals import until_stopped
from embedded.stack import Stack
from settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(up)


def up() -> None:
    """Start Temporal, a worker and the API, until Ctrl-C.

    The exit code is 0 when it was stopped, and 1 when it could not start.
    """
    settings = load_settings()
    require_closed_door(settings)
    asyncio.run(until_stopped(_up(settings)))


async def _up(settings: Settings) -> None:
    await stay_up(Stack(settings, print_line))


async def stay_up(prepared: Stack, more: Sequence[tuple[str, str]] = ()) -> None:
    """Start a stack, say where it is and more places beside it, and keep it up until this is cancelled."""
    async with prepared as stack:
        print_stack(stack, more)
        try:
            await asyncio.Event().wait()
        finally:
            print_line("Stopping; Ctrl-C again ends everything at once.")

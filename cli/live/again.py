"""A list or a report shown once, or again and again at one place of the terminal, until Ctrl-C."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Final

import typer

from cli.errors import UserError
from cli.screen.render import clear_screen, is_terminal

_EVERY_SECONDS: Final = 2.0

Watch = Annotated[bool, typer.Option("--watch", help="Show it anew every two seconds, until Ctrl-C.")]


def show_once_or_again(show: Callable[[], None], *, watch: bool) -> None:
    """Show something once; to watch it, anew until Ctrl-C. Raises UserError for that where nobody looks at it."""
    if not watch:
        show()
        return
    if not is_terminal():
        message = "--watch needs a terminal."
        raise UserError(message, "Without it, it is printed once.")
    with suppress(KeyboardInterrupt):
        while True:
            clear_screen()
            show()
            time.sleep(_EVERY_SECONDS)

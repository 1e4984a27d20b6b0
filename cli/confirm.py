"""Asking before something is lost."""

import typer

from cli.errors import UserError
from cli.screen.render import is_terminal


def confirm(question: str, undone: str) -> None:
    """Ask on a terminal, and end the verb unless the answer is yes. Raises UserError where there is nobody to ask.

    `undone` says what did not happen then.
    """
    if not is_terminal():
        message = f"{undone}: there is nobody to ask."
        raise UserError(message, "Say --yes.")
    typer.confirm(question, abort=True)

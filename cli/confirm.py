"""Asking before something is lost."""

import sys

import typer

from cli.errors import UserError
from cli.options import ASSUME_YES


def confirm(question: str, undone: str) -> None:
    """Ask whoever types, and end the verb unless the answer is yes. Raises UserError where there is nobody to ask.

    `undone` says what did not happen then. A script is never kept waiting for an answer.
    """
    if not can_ask():
        message = f"{undone}: there is nobody to ask."
        raise UserError(message, f"Say --yes; in a script whose every verb may, set {ASSUME_YES}=true.")
    typer.confirm(question, abort=True, err=True)


def can_ask() -> bool:
    """Return whether a person types the answers."""
    return sys.stdin is not None and sys.stdin.isatty()

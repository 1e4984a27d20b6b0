"""Lines that tell the person at the terminal what is being done."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Takes one line of plain text, without a line end."""

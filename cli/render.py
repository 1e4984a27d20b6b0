"""Everything the command line shows through Rich."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from embedded.stack import Stack


def print_line(line: str) -> None:
    """Print one line of plain text as it is."""
    Console(highlight=False).print(Text(line), soft_wrap=True)


def print_stack(stack: Stack) -> None:
    """Print where a running stack can be reached and how to stop it."""
    rows = Table.grid(padding=(0, 2))
    for name, place in (
        ("API", stack.api_url),
        ("API docs", f"{stack.api_url}/docs"),
        ("Temporal Web UI", stack.ui_url),
        ("Owner token", str(stack.data_directory.token_file)),
        ("Logs", str(stack.data_directory.logs)),
    ):
        rows.add_row(Text(name, style="bold"), Text(place, overflow="fold"))
    console = Console(highlight=False)
    console.print(Text("Pagewright is up.", style="bold green"), rows, Text("Ctrl-C stops it."), sep="\n")

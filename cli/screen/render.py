"""Everything the command line shows through Rich; what is not a terminal gets plain, aligned text."""

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from cli.formats import NOTHING
from cli.screen.table import Cell, Column, Fields, Sheet, Table, Tone, as_cell

if TYPE_CHECKING:
    from embedded.stack import Stack  # loading it takes two seconds, which only `up` and `demo` have

_STYLES: Final[dict[Tone, str]] = {
    "": "",
    "good": "green",
    "bad": "red",
    "busy": "cyan",
    "held": "yellow",
    "quiet": "dim",
    "strong": "bold",
}
_REFRESHES_PER_SECOND: Final = 8
_GAP: Final = 2
_FOLDED: Final = 20
"""Width in which a folded or a cut cell is still read with ease."""
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in (0x7F, *range(0x80, 0xA0))}
"""Control characters that JSON may hold as they are and a terminal would obey."""


def print_line(line: str) -> None:
    """Print one line of plain text as it is."""
    print_cell(Cell(line))


def print_cell(cell: Cell) -> None:
    """Print one line."""
    _console().print(_text(cell), soft_wrap=True)


def print_note(line: str) -> None:
    """Print one line beside the output, for the person who waits for it."""
    Console(stderr=True, highlight=False).print(Text(line, style="dim"), soft_wrap=True)


def print_json(value: JsonValue) -> None:
    """Print JSON for scripts."""
    text = json.dumps(value, ensure_ascii=False, indent=2).translate(_ESCAPED)
    sys.stdout.write(f"{text}\n")


def clear_screen() -> None:
    """Empty the terminal."""
    _console().clear()


def print_table(table: Table) -> None:
    """Print a table."""
    if not table.rows:
        if table.empty:
            print_line(table.empty)
    elif is_terminal():
        console = _console()
        console.print(_rich_table(_fitting(table, console.width)))
    else:
        _print_plain(table)


def print_fields(fields: Fields) -> None:
    """Print named values, one a line; a title stands apart from what was printed before."""
    rows = [(name, as_cell(value)) for name, value in fields.rows]
    shown = [(name, value) for name, value in rows if value.text != NOTHING]
    width = max((cell_len(name) for name, _ in shown), default=0)
    if fields.title:
        print_line("")
        print_cell(Cell(fields.title, "strong"))
    for name, value in shown:
        line = Text(f"{_padded(name, width, right=False)}  ", style="dim").append_text(_text(value))
        _console().print(line, soft_wrap=True)


def print_stack(stack: "Stack", more: Sequence[tuple[str, str]] = ()) -> None:
    """Print where a running stack can be reached, more places beside it, and how to stop it."""
    print_cell(Cell("Pagewright is up.", "good"))
    places = (
        ("API", stack.api_url),
        ("API docs", f"{stack.api_url}/docs"),
        ("Temporal Web UI", stack.ui_url),
        ("Owner token", stack.token_place),
        ("Logs", str(stack.data_directory.logs)),
        *more,
    )
    print_fields(Fields(places))
    print_line("Ctrl-C stops it.")


@contextmanager
def live(picture: Callable[[], Sheet]) -> Generator[None]:
    """Show a picture again and again at one place of the terminal, the last one to stay."""
    with Live(
        get_renderable=lambda: _rich_sheet(picture()), console=_console(), refresh_per_second=_REFRESHES_PER_SECOND
    ):
        yield


@contextmanager
def progress_bar() -> Generator[Callable[[float, float, str], None]]:
    """Show a bar until the block ends; what it is given are how much is done, of how much, and a few words."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=_console(), refresh_per_second=_REFRESHES_PER_SECOND) as bar:
        task = bar.add_task("", total=None)

        def show(done: float, total: float, words: str) -> None:
            bar.update(task, completed=done, total=total, description=words)

        yield show


def is_terminal() -> bool:
    """Return whether somebody looks at the output, on something that can move a cursor."""
    return sys.stdout.isatty() and not _console().is_dumb_terminal


def _console() -> Console:
    return Console(highlight=False)


def _text(value: Cell | str, narrow: str = "fold") -> Text:
    cell = as_cell(value)
    style = Style.parse(_STYLES[cell.tone]) + Style(link=cell.link)
    if narrow == "cut":
        return Text(cell.text, style=style, no_wrap=True, overflow="ellipsis")
    return Text(cell.text, style=style, overflow="fold")


def _rich_table(table: Table) -> RichTable:
    shown = RichTable(
        box=SIMPLE_HEAD,
        show_edge=False,
        title=table.title or None,
        title_justify="left",
        title_style="bold",
        padding=(0, 1, 0, 0),
    )
    for column in table.columns:
        is_whole = column.narrow in {"whole", "drop"}
        shown.add_column(column.title, justify="right" if column.right else "left", no_wrap=is_whole, overflow="fold")
    for row in table.rows:
        shown.add_row(*(_text(cell, column.narrow) for cell, column in zip(row, table.columns, strict=True)))
    return shown


def _fitting(table: Table, width: int) -> Table:
    """Return a table without columns that say nothing, and without those to drop where all do not fit `width`."""
    columns, rows = list(table.columns), [list(row) for row in table.rows]
    for index in reversed(range(len(columns))):
        if all(as_cell(row[index]).text == NOTHING for row in rows):
            _leave_out(index, columns, rows)
    while _wanted(columns, rows) > width:
        index = max((index for index, column in enumerate(columns) if column.narrow == "drop"), default=None)
        if index is None:
            break
        _leave_out(index, columns, rows)
    return replace(table, columns=tuple(columns), rows=tuple(map(tuple, rows)))


def _leave_out(index: int, columns: list[Column], rows: Sequence[list[Cell | str]]) -> None:
    del columns[index]
    for row in rows:
        del row[index]


def _wanted(columns: Sequence[Column], rows: Sequence[Sequence[Cell | str]]) -> int:
    """Return how wide a table likes to be; what is folded or cut is content with less than all."""
    wanted = -_GAP
    for index, column in enumerate(columns):
        whole = max(cell_len(column.title), *(cell_len(as_cell(row[index]).text) for row in rows))
        wanted += _GAP + (whole if column.narrow in {"whole", "drop"} else min(whole, _FOLDED))
    return wanted


def _rich_sheet(sheet: Sheet) -> Group:
    before = [_text(line) for line in sheet.before]
    after = [_text(line) for line in sheet.after]
    table = [Text(), _rich_table(sheet.table), Text()] if sheet.table.rows else []
    return Group(*before, *table, *after)


def _print_plain(table: Table) -> None:
    """Print a table with no more than spaces between its columns, each row on one line."""
    if table.title:
        print_line(table.title)
    rows = [[as_cell(cell).text for cell in row] for row in table.rows]
    titles = [column.title for column in table.columns]
    widths = [max(map(cell_len, cells)) for cells in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        sys.stdout.write(f"{_plain_row(row, table.columns, widths)}\n")


def _plain_row(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    cells = zip(row, columns, widths, strict=True)
    return "  ".join(_padded(text, width, right=column.right) for text, column, width in cells).rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    """Return a text as wide as `width` cells; some scripts take two a character."""
    space = " " * (width - cell_len(text))
    return f"{space}{text}" if right else f"{text}{space}"

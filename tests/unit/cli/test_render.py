import re
from collections.abc import Callable
from typing import Final

import pytest

from cli.screen.render import live, print_fields, print_json, print_table
from cli.screen.table import Cell, Column, Fields, Sheet, Table

TABLE = Table(
    (Column("Job", narrow="whole"), Column("Heading"), Column("Cost", right=True)),
    (("job_1", "パン屋", "$0"), ("job_22", Cell("[bold]Bread[/bold]", "good"), "$0.0100")),
    title="Jobs",
)


def test_what_is_not_a_terminal_gets_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(TABLE)
    assert capsys.readouterr().out.splitlines() == [
        "Jobs",
        "Job     Heading                Cost",
        "job_1   パン屋                   $0",
        "job_22  [bold]Bread[/bold]  $0.0100",
    ]


_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def words(shown: str) -> list[list[str]]:
    """Return the words of each line, without what steers the terminal."""
    lines = [line.split() for line in _SEQUENCE.sub("", shown).splitlines()]
    return [line for line in lines if line]


Screen = Callable[[Callable[[], None]], str]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Screen:
    """Return a function that does something on a terminal of 40 columns without colours, and returns what it shows."""
    for name, value in {"TERM": "xterm", "COLUMNS": "40", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)

    def shown(work: Callable[[], None]) -> str:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        work()
        return capsys.readouterr().out

    return shown


def test_a_terminal_shows_no_column_that_says_nothing(
    screen: Screen, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table((Column("Job"), Column("Error"), Column("Cost")), (("job_1", "-", "$0"), ("job_2", "-", "-")))
    assert words(screen(lambda: print_table(table)))[0] == ["Job", "Cost"]
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    print_table(table)
    assert capsys.readouterr().out.split()[:3] == ["Job", "Error", "Cost"]


def test_titled_fields_stand_apart(capsys: pytest.CaptureFixture[str]) -> None:
    print_fields(Fields((("File", "out/index.html"),), "Your page is ready"))
    assert capsys.readouterr().out.splitlines() == ["", "Your page is ready", "File  out/index.html"]


def test_a_narrow_terminal_drops_the_last_columns_that_may_go(screen: Screen) -> None:
    columns = (
        Column("Job", narrow="whole"),
        Column("Kind", narrow="drop"),
        Column("Status", narrow="whole"),
        Column("Model", narrow="drop"),
    )
    job = "job_01JQZX000000"
    table = Table(columns, ((job, "generate", Cell("✓ done", "good"), "sandbox:template"),))
    lines = words(screen(lambda: print_table(table)))
    assert lines[0] == ["Job", "Kind", "Status"]
    assert lines[-1] == [job, "generate", "✓", "done"]


def test_without_colours_the_mark_says_it(screen: Screen) -> None:
    table = Table((Column("Status"),), ((Cell("✗ failed", "bad"),),))
    shown = screen(lambda: print_table(table))
    assert "✗ failed" in shown
    assert "\x1b[31m" not in shown


def test_a_moving_picture_shows_what_holds_at_its_end(screen: Screen) -> None:
    lines = ["● working", "✓ done"]

    def work() -> None:
        with live(lambda: Sheet((Cell(lines[0]),), Table((), ()), (Cell("0 of 1 steps"),))):
            lines.pop(0)

    assert words(screen(work))[-2:] == [["✓", "done"], ["0", "of", "1", "steps"]]


def test_a_long_row_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table((Column("Error"),), (("x" * 300,),)))
    assert capsys.readouterr().out.splitlines()[1] == "x" * 300


def test_a_table_without_rows_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table((Column("Job"),), (), empty="No jobs."))
    assert capsys.readouterr().out == "No jobs.\n"


def test_fields_without_a_value_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    print_fields(Fields((("Status", Cell("✓ done", "good")), ("Error", "-"), ("Model", "sandbox"))))
    assert capsys.readouterr().out == "Status  ✓ done\nModel   sandbox\n"


def test_json_is_whole_and_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"title": "Bäckerei \x1b[2J\x9b"})
    assert capsys.readouterr().out == '{\n  "title": "Bäckerei \\u001b[2J\\u009b"\n}\n'


def test_on_a_terminal_a_cell_leads_where_its_link_says(screen: Screen) -> None:
    table = Table((Column("Job"),), ((Cell("job_1", link="http://127.0.0.1:8233/workflows/job_1"),),))
    assert ";http://127.0.0.1:8233/workflows/job_1\x1b\\job_1\x1b]8;;\x1b\\" in screen(lambda: print_table(table))


def test_elsewhere_a_link_is_not_in_the_way(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(Table((Column("Job"),), ((Cell("job_1", link="http://127.0.0.1:8233/workflows/job_1"),),)))
    assert capsys.readouterr().out.splitlines() == ["Job", "job_1"]

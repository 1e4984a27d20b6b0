import pytest

from cli.render import print_fields, print_json, print_table
from cli.table import Cell, Column, Fields, Table

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

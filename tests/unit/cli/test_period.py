from datetime import timedelta

import pytest
import typer

from cli.period import parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("90d", timedelta(days=90)),
        ("12h", timedelta(hours=12)),
        ("5min", timedelta(minutes=5)),
        ("5m", timedelta(minutes=5)),
        ("45s", timedelta(seconds=45)),
        (" 2W ", timedelta(weeks=2)),
        ("0d", timedelta(0)),
    ],
)
def test_a_number_and_a_unit_are_a_span_of_time(text: str, period: timedelta) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1.5h", "1 year", "999999999w", "١d"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"span of time|longer"):
        parse_period(text)

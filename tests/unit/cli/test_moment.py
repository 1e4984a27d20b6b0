from datetime import UTC, datetime

import pytest
import typer

from cli.moment import moment_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        (None, None),
        ("24h", "2026-03-01T12:00:00+00:00"),
        ("7d", "2026-02-23T12:00:00+00:00"),
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T09:30", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30:00-05:00", "2026-03-01T09:30:00-05:00"),
    ],
)
def test_a_time_is_an_age_a_date_or_iso_8601(typed: str | None, at: str | None) -> None:
    assert moment_of(typed, NOW) == at


@pytest.mark.parametrize("typed", ["", "yesterday", "7 days", "-1h", "2026-13-01", "999999d"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(typer.BadParameter):
        moment_of(typed, NOW)

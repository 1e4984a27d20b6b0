from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cli.formats import ago, clean, duration, model_name, money, short_model_name

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "unknown"),
        (Decimal(0), "$0"),
        (Decimal("0.0E-6"), "$0"),
        (Decimal("0.000012"), "$0.000012"),
        (Decimal("0.01"), "$0.01"),
        (Decimal("1234.5"), "$1,234.50"),
    ],
)
def test_small_amounts_keep_their_digits_and_unknown_is_never_zero(usd: Decimal | None, shown: str) -> None:
    assert money(usd) == shown


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (timedelta(milliseconds=340), "0.3 s"),
        (timedelta(seconds=-1), "0.0 s"),
        (timedelta(seconds=125), "2 min 05 s"),
        (timedelta(hours=3, minutes=7), "3 h 07 min"),
        (None, "-"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(time: timedelta | None, shown: str) -> None:
    assert duration(time) == shown


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=26), "1 d ago"),
        (timedelta(days=31), "2026-01-29"),
    ],
)
def test_a_time_is_said_by_how_long_ago_it_was(before: timedelta, shown: str) -> None:
    assert ago(NOW - before, NOW) == shown


def test_text_from_elsewhere_becomes_one_line_without_controls() -> None:
    assert clean("a\r\n\tb\x1b[31m\x9b2J\u2028c\u202e ") == "a b [31m 2J c"


def test_text_in_other_scripts_is_left_as_it_is() -> None:
    assert clean("パン屋 · خبز\u200f · Brötchen") == "パン屋 · خبز\u200f · Brötchen"


def test_the_sandbox_is_named_with_what_it_is_not() -> None:
    assert model_name("sandbox:template") == "sandbox:template (not AI)"
    assert model_name("openai:gpt-5-mini") == "openai:gpt-5-mini"


@pytest.mark.parametrize(
    ("model", "shown"),
    [("sandbox:template", "sandbox (not AI)"), ("openai:gpt-6-luna", "openai:gpt-6-luna"), (None, "-")],
)
def test_a_table_says_too_that_the_sandbox_is_not_ai(model: str | None, shown: str) -> None:
    assert short_model_name(model) == shown

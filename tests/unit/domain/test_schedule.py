"""Cron expressions and time zones, as they are taken and refused."""

import pytest

from domain.schedule import cron_expression, time_zone


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("0 6 * * mon", "0 6 * * mon"),
        ("  */15   9-17 * * MON-FRI ", "*/15 9-17 * * mon-fri"),
        ("5,35 0-23/2 1,15 jan,jul *", "5,35 0-23/2 1,15 jan,jul *"),
        ("0 0 29 feb *", "0 0 29 feb *"),
        ("0 0 31 4,5 *", "0 0 31 4,5 *"),
        ("0 0 * * 7", "0 0 * * 7"),
        ("3/10 * * * *", "3/10 * * * *"),
        ("@Daily", "@daily"),
    ],
)
def test_what_cron_takes_is_taken(text: str, taken: str) -> None:
    assert cron_expression(text) == taken


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "five fields"),
        ("0 6 * *", "five fields"),
        ("0 0 6 * * mon", "five fields"),
        ("@every 1h", "five fields"),
        ("CRON_TZ=UTC 0 6 * * *", "five fields"),
        ("60 6 * * *", "'60' is no minute"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 6 0 * *", "'0' is no day of the month"),
        ("0 6 * 13 *", "'13' is no month"),
        ("0 6 * * 8", "'8' is no day of the week"),
        ("0 6 * * moon", "'moon' is no day of the week"),
        ("0 6 * * fri-mon", "upwards"),
        ("*/0 * * * *", "upwards"),
        ("*-5 * * * *", "two numbers"),
        ("0 6 L * *", "'l' is no day of the month"),
        ("1, * * * *", "'' is no minute"),
        ("0 6 1 * mon", "two schedules"),
        ("0 6 30 feb *", "never comes"),
        ("0 6 31 2,4,6 *", "never comes"),
    ],
)
def test_what_cron_does_not_take_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cron_expression(text)


def test_a_time_zone_is_one_of_the_database_and_the_same_on_every_machine() -> None:
    assert [time_zone(name) for name in ("UTC", "Europe/Madrid")] == ["UTC", "Europe/Madrid"]
    for name in ("Europe/Nowhere", "localtime", "", "../etc/passwd", "CET-1CEST"):
        with pytest.raises(ValueError, match="is no time zone"):
            time_zone(name)

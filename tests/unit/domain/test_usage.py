from datetime import UTC, date, datetime

from domain.usage import Period


def test_a_period_holds_both_its_ends() -> None:
    period = Period(date(2026, 2, 27), date(2026, 3, 1))
    assert period.days == 3
    assert period.begin == datetime(2026, 2, 27, tzinfo=UTC)
    assert period.end == datetime(2026, 3, 2, tzinfo=UTC)


def test_today_is_one_of_the_last_days() -> None:
    assert Period.of_last_days(date(2026, 3, 1), 1) == Period(date(2026, 3, 1), date(2026, 3, 1))
    assert Period.of_last_days(date(2026, 3, 1), 7) == Period(date(2026, 2, 23), date(2026, 3, 1))


def test_a_month_is_reported_as_far_as_it_has_come() -> None:
    assert Period.of_month(date(2026, 3, 31)) == Period(date(2026, 3, 1), date(2026, 3, 31))
    assert Period.of_month(date(2026, 3, 1)).days == 1

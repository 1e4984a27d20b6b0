from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.money import NANO, NanoUsd, nano_ceiling, nano_from_usd, usd, usd_ceiling

amounts = st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=15)


@given(amounts)
def test_rounding_is_never_off_by_more_than_half_a_nano(amount: Decimal) -> None:
    assert abs(Decimal(nano_from_usd(amount)) - amount * NANO) <= Decimal("0.5")


@given(amounts)
def test_a_bound_is_never_too_small_and_at_most_one_nano_too_large(amount: Decimal) -> None:
    assert amount * NANO <= nano_ceiling(amount) < amount * NANO + 1


@given(st.integers(0, 10**12))
def test_micro_dollars_survive_the_way_to_display_and_back(micros: int) -> None:
    nano = NanoUsd(micros * 1000)
    assert nano_from_usd(usd(nano)) == nano


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_display_keeps_the_order_of_amounts(one: int, other: int) -> None:
    assert (usd(NanoUsd(min(one, other)))) <= usd(NanoUsd(max(one, other)))


def test_display_has_six_decimals_and_rounds_half_up() -> None:
    assert str(usd(NanoUsd(1_500))) == "0.000002"
    assert str(usd(NanoUsd(2_000_000_000))) == "2.000000"


def test_a_tenth_of_a_nano_counts_in_a_bound_only() -> None:
    assert nano_from_usd(Decimal("1e-10")) == 0
    assert nano_ceiling(Decimal("1e-10")) == 1


def test_a_cap_that_must_be_enough_is_rounded_up() -> None:
    assert usd_ceiling(NanoUsd(1_000_001)) == Decimal("0.001001")
    assert usd_ceiling(NanoUsd(1_000_000)) == Decimal("0.001000")

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tries import LONGEST_RETRY_AFTER, Again, GiveUp, after_failure, backoff

jitters = st.floats(min_value=0, max_value=1, exclude_max=True)


@pytest.mark.parametrize(("failed", "seconds"), [(1, 1), (2, 2), (3, 4)])
def test_the_middle_of_each_wait_doubles_from_one_second(failed: int, seconds: int) -> None:
    assert backoff(failed, 0.5) == timedelta(seconds=seconds)


@given(failed=st.integers(1, 10), jitter=jitters)
def test_a_wait_is_jittered_between_half_and_one_and_a_half(failed: int, jitter: float) -> None:
    middle = timedelta(seconds=2 ** (failed - 1))
    assert middle / 2 <= backoff(failed, jitter) <= middle * 3 / 2


@given(retry_after=st.timedeltas(timedelta(0), LONGEST_RETRY_AFTER), jitter=jitters)
def test_the_vendors_retry_after_wins_over_our_own_backoff(retry_after: timedelta, jitter: float) -> None:
    assert after_failure(1, 3, mends_by_waiting=True, retry_after=retry_after, jitter=jitter) == Again(retry_after)


def test_a_vendor_that_asks_for_more_than_a_minute_is_left() -> None:
    asked = LONGEST_RETRY_AFTER + timedelta(milliseconds=1)
    assert after_failure(1, 3, mends_by_waiting=True, retry_after=asked, jitter=0) == GiveUp()


def test_the_model_is_left_after_its_last_try() -> None:
    assert after_failure(2, 3, mends_by_waiting=True, retry_after=None, jitter=0) == Again(timedelta(seconds=1))
    assert after_failure(3, 3, mends_by_waiting=True, retry_after=None, jitter=0) == GiveUp()


@given(failed=st.integers(1, 10), retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=1)))
def test_an_error_that_waiting_does_not_mend_is_never_waited_for(failed: int, retry_after: timedelta | None) -> None:
    decision = after_failure(failed, 99, mends_by_waiting=False, retry_after=retry_after, jitter=0.5)
    assert decision == GiveUp()

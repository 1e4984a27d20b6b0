"""Rates, which Temporal keeps in 32 bits."""

import pytest

from workflows.queues import is_same_rate


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, None, True),
        (None, 0, False),
        (0, 0, True),
        (0.1, 0.10000000149011612, True),
        (0.1, 0.2, False),
        (20, 20.0, True),
    ],
)
def test_rates_are_compared_as_they_are_kept(*, one: float | None, other: float | None, same: bool) -> None:
    assert is_same_rate(one, other) is same

import pytest

from domain.dead_letter import DAY_IS_SPENT, OF_THE_JOB, RetryNeed, retry_need
from domain.errors import ErrorType


@pytest.mark.parametrize(
    ("error", "message", "need"),
    [
        (ErrorType.COST_LIMIT, f"that passes the cap of 1.000000 {OF_THE_JOB}", RetryNeed.HIGHER_CAP),
        (ErrorType.COST_LIMIT, f"{DAY_IS_SPENT}; it begins anew at 2026-03-03 00:00 UTC", RetryNeed.NEXT_DAY),
        (ErrorType.COST_LIMIT, "that passes the cap of 20.000000 USD a day", RetryNeed.NEXT_DAY),  # as 0.1.0 said it
        (ErrorType.COST_LIMIT, None, RetryNeed.HIGHER_CAP),
        (ErrorType.AUTH_ERROR, "the key is refused", RetryNeed.OTHER_ROUTE),
        (ErrorType.VALIDATION_ERROR, "an unusable answer", RetryNeed.OTHER_ROUTE),
        (ErrorType.TIMEOUT, "it took too long", None),
        ("SOMETHING_NEWER", "of a newer version", None),
    ],
)
def test_what_a_retry_needs(error: str, message: str | None, need: RetryNeed | None) -> None:
    assert retry_need(error, message) is need

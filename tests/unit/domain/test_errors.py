import pytest

from domain.errors import ErrorType


@pytest.mark.parametrize(
    "error",
    [
        ErrorType.TIMEOUT,
        ErrorType.RATE_LIMIT,
        ErrorType.SERVICE_UNAVAILABLE,
        ErrorType.PROVIDER_ERROR,
        ErrorType.NETWORK_ERROR,
        ErrorType.UNKNOWN,
    ],
)
def test_what_the_vendor_may_get_over_is_tried_again(error: ErrorType) -> None:
    assert error.mends_by_waiting


@pytest.mark.parametrize(
    "error", [ErrorType.VALIDATION_ERROR, ErrorType.AUTH_ERROR, ErrorType.MODEL_ERROR, ErrorType.COST_LIMIT]
)
def test_what_waiting_does_not_mend_is_not(error: ErrorType) -> None:
    assert not error.mends_by_waiting

import pytest

from domain.call import CallStatus, Usage, may_still_be_billed
from domain.errors import ErrorType


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (CallStatus.LOST, None, True),
        (CallStatus.CANCELLED, None, True),
        (CallStatus.SUCCEEDED, None, True),
        (CallStatus.FAILED, ErrorType.TIMEOUT, True),
        (CallStatus.FAILED, ErrorType.NETWORK_ERROR, True),
        (CallStatus.FAILED, ErrorType.RATE_LIMIT, False),
        (CallStatus.OPEN, None, False),
    ],
)
def test_a_request_of_unknown_cost_may_still_be_billed_unless_the_vendor_refused_it(
    status: CallStatus, error: ErrorType | None, *, expected: bool
) -> None:
    assert may_still_be_billed(status, error, cost_known=False) is expected
    assert not may_still_be_billed(status, error, cost_known=True)


def test_usage_written_by_newer_code_is_read() -> None:
    stored = Usage(prompt_tokens=3).model_dump(mode="json") | {"aFieldOfTomorrow": 1}
    assert Usage.model_validate(stored) == Usage(prompt_tokens=3)
    assert "promptTokens" in stored

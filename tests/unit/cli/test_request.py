import pytest

from cli.client.request import route_request
from cli.errors import UserError


def test_a_request_names_only_what_was_given() -> None:
    assert route_request(None, None, None) == {}
    assert route_request("openai:gpt-5-mini", ["sandbox:template"], "$0.50") == {
        "model": "openai:gpt-5-mini",
        "fallback": ["sandbox:template"],
        "maxCostUsd": 0.5,
    }


@pytest.mark.parametrize("text", ["a lot", "nan", "inf", "-1", "0", ""])
def test_a_cap_that_is_no_amount_is_named(text: str) -> None:
    with pytest.raises(UserError, match="--max-cost"):
        route_request(None, None, text)

"""Prices that are set in vain are named, where the settings are those of the API."""

import json
from collections.abc import Callable
from typing import Final, Protocol

import pytest

from api.examples import price as price_examples
from tests.integration.cli.replay import Replay

PRICES: Final = "GET /api/ai/prices"
OVERRIDES: Final = {
    "sandbox:template": {"prompt": 1, "completion": 1},
    "openai:misspelt": {"prompt": 1, "completion": 1},
}


class Done(Protocol):
    code: int
    out: str
    err: str


Pagewright = Callable[..., Done]


@pytest.fixture(autouse=True)
def prices(api: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what models cost, and set prices."""
    body = json.loads(price_examples.PRICES.model_dump_json())
    api.answers[PRICES] = {"status": 200, "type": "application/json", "body": body}
    monkeypatch.setenv("PAGEWRIGHT_PRICE_OVERRIDES", json.dumps(OVERRIDES))


@pytest.mark.parametrize("verb", ["list", "check"])
def test_a_price_that_meets_no_model_is_named(
    api: Replay, pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.delenv("PAGEWRIGHT_URL")
    monkeypatch.setenv("PAGEWRIGHT_PUBLIC_URL", api.url)
    told = pagewright("prices", verb).err
    assert "openai:misspelt in vain: no model of that name is allowed" in told
    assert "sandbox:template in vain: the sandbox is free" in told


def test_settings_of_this_machine_say_nothing_of_an_api_elsewhere(pagewright: Pagewright) -> None:
    assert "in vain" not in pagewright("prices", "list").err

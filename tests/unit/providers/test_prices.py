"""Costs: what the list says, what settings say instead, and a bound no request passes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.call import Usage
from domain.route import ModelName
from providers.catalogue import DEFAULT_MODELS
from providers.prices import Prices, PriceSource, Quote, price_list
from settings import PriceOverride

LISTED = Prices({})
AT = datetime(2026, 8, 15, tzinfo=UTC)
DEFAULTS = [model for models in DEFAULT_MODELS.values() for model in models]


@pytest.mark.parametrize("model", DEFAULTS)
def test_default_models_are_listed(model: ModelName) -> None:
    assert LISTED.knows(model)


@pytest.mark.parametrize(
    "model",
    ["openai:no-such-model", "google:gemma-3", "openai-compatible:gpt-6-luna", "sandbox:template"],
    ids=["not listed", "listed without a price", "listed under another provider", "no vendor"],
)
def test_an_unknown_price_is_unknown_and_not_zero(model: ModelName) -> None:
    assert not LISTED.knows(model)
    assert LISTED.cost_of(model, Usage(prompt_tokens=10, completion_tokens=10)) is None
    assert LISTED.upper_bound(model, 10, 10) is None


def test_a_listed_price_counts_prompt_and_completion() -> None:
    # 0.25 USD and 2 USD a million tokens.
    cost = LISTED.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=1_000, completion_tokens=100))

    assert cost == 250_000 + 200_000


def test_cached_tokens_cost_what_the_list_says_for_them() -> None:
    # 800 at 0.25 USD a million, 200 at 0.025.
    cost = LISTED.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=1_000, cached_tokens=200))

    assert cost == 200_000 + 5_000


def test_tokens_written_to_a_cache_cost_more() -> None:
    model, usage = "anthropic:claude-haiku-4-5", Usage(prompt_tokens=1_000)

    # 1 USD a million, 1.25 for what is written.
    assert LISTED.cost_of(model, usage) == 1_000_000
    assert LISTED.cost_of(model, usage.model_copy(update={"cache_write_tokens": 1_000})) == 1_250_000


def test_reasoning_is_part_of_the_completion_and_not_counted_twice() -> None:
    plain = LISTED.cost_of("openai:gpt-5-mini", Usage(completion_tokens=100))
    reasoned = LISTED.cost_of("openai:gpt-5-mini", Usage(completion_tokens=100, reasoning_tokens=60))

    assert plain == reasoned


def test_counts_that_contradict_each_other_have_no_cost() -> None:
    assert LISTED.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=1, cached_tokens=2)) is None


def test_an_override_wins_over_the_list() -> None:
    prices = Prices({"openai:gpt-5-mini": PriceOverride(prompt=Decimal(3), completion=Decimal("4.5"))})

    assert prices.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=2, completion_tokens=2)) == 15_000


def test_an_override_may_say_that_a_model_is_free() -> None:
    prices = Prices({"openai-compatible:own": PriceOverride(prompt=Decimal(0), completion=Decimal(0))})

    assert prices.knows("openai-compatible:own")
    assert prices.cost_of("openai-compatible:own", Usage(prompt_tokens=2)) == 0


def test_an_override_without_a_price_for_cached_tokens_takes_them_as_any() -> None:
    prices = Prices({"openai:gpt-5-mini": PriceOverride(prompt=Decimal(3), completion=Decimal(1))})

    assert prices.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=10, cached_tokens=10)) == 30_000
    assert prices.cost_of("openai:gpt-5-mini", Usage(prompt_tokens=1, cached_tokens=2)) is None


def test_an_override_whose_cache_costs_more_than_none_is_refused() -> None:
    with pytest.raises(ValueError, match="cached is above prompt"):
        PriceOverride(prompt=Decimal(1), completion=Decimal(1), cached=Decimal(2))


@pytest.mark.parametrize("model", DEFAULTS)
def test_a_quote_is_what_a_request_costs(model: ModelName) -> None:
    quote = LISTED.quote(model, AT)
    usage = Usage(prompt_tokens=1_000, completion_tokens=100, cached_tokens=400)

    assert quote is not None
    assert quote.source is PriceSource.LIST
    assert (
        LISTED.cost_of(model, usage, AT) == 600_000 * quote.prompt + 400_000 * quote.cached + 100_000 * quote.completion
    )


def test_a_quote_says_where_it_is_from_and_that_there_is_none() -> None:
    prices = Prices({"openai:gpt-5-mini": PriceOverride(prompt=Decimal(3), completion=Decimal(1))})
    quote = prices.quote("openai:gpt-5-mini", AT)

    assert quote == Quote(PriceSource.OVERRIDE, Decimal(3), Decimal(1), cached=Decimal(3))
    assert LISTED.quote("openai-compatible:own", AT) is None
    assert LISTED.quote("openai:no-such-model", AT) is None
    assert LISTED.quote("google:gemma-3", AT) is None


def test_a_price_that_grows_with_the_prompt_says_so() -> None:
    quote = LISTED.quote("openai:gpt-5.6-luna", AT)

    assert quote is not None
    assert quote.has_tiers
    short, long = (
        LISTED.cost_of("openai:gpt-5.6-luna", Usage(prompt_tokens=tokens), AT) for tokens in (1_000, 1_000_000)
    )
    assert short is not None
    assert long is not None
    assert long > 1_000 * short


def test_the_price_list_tells_how_old_it_is_at_most() -> None:
    in_use = price_list(date(2026, 7, 30))

    assert in_use.newest_change == date(2026, 7, 30)
    assert price_list(date(2026, 7, 29)).newest_change < date(2026, 7, 30)
    assert in_use.version == version("genai-prices")


@given(
    model=st.sampled_from([*DEFAULTS, "openai:gpt-5-mini", "google:gemini-2.5-pro", "anthropic:claude-sonnet-4-5"]),
    size=st.integers(0, 400_000),
    limit=st.integers(1, 16_000),
    parts=st.tuples(*(st.floats(0, 1) for _ in range(5))),
)
def test_no_request_costs_more_than_its_bound(
    model: ModelName, size: int, limit: int, parts: tuple[float, float, float, float, float]
) -> None:
    read, cached, written, said, reasoned = parts
    prompt, completion = int(size * read), int(limit * said)
    cached_tokens = int(prompt * cached)
    usage = Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=cached_tokens,
        cache_write_tokens=int((prompt - cached_tokens) * written),
        reasoning_tokens=int(completion * reasoned),
    )

    cost = LISTED.cost_of(model, usage)
    bound = LISTED.upper_bound(model, size, limit)

    assert cost is not None
    assert bound is not None
    assert cost <= bound

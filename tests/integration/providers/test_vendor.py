"""What a vendor's model asks for and gives back when all goes well."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.blocks import BlockType, Pricing, type_of_block
from domain.brief import Brief
from domain.call import Usage
from domain.outline import Outline, SectionPlan
from domain.route import bare_name, provider_of
from domain.task import SectionTask
from providers.model import Correction, ModelRequest
from providers.prices import Prices
from settings import PriceOverride
from tests.integration.providers.conftest import KEY, NAMES, ModelMaker
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Outcome
from tests.vendors.server import FakeVendor
from tests.vendors.wire import CACHED_TOKENS, COMPLETION_TOKENS, PROMPT_TOKENS, REASONING_TOKENS

ALL = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())

REPORTED = Usage(
    prompt_tokens=PROMPT_TOKENS,
    completion_tokens=COMPLETION_TOKENS,
    cached_tokens=CACHED_TOKENS,
    reasoning_tokens=REASONING_TOKENS,
)


@ALL
async def test_an_outline_comes_back_as_the_models_own_json(
    name: str, make: ModelMaker, vendor: FakeVendor, outline_request: ModelRequest
) -> None:
    response = await make(name).request(outline_request)

    assert Outline.model_validate_json(response.output).title == "Harbour Bakery"
    assert response.usage == REPORTED
    (entry,) = vendor.ledger.entries
    assert (entry.vendor, entry.model) == (provider_of(name), bare_name(name))
    assert (entry.tag, entry.request, entry.outcome) == ("outline", 1, Outcome.ANSWERED)


@ALL
async def test_a_section_comes_back_as_the_models_own_json(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    response = await make(name).request(section_request)

    assert Pricing.model_validate_json(response.output).plans[0].price == "$ 6.50"
    assert [entry.tag for entry in vendor.ledger.entries] == ["section:prices"]


@ALL
@pytest.mark.parametrize("block", list(BlockType))
async def test_each_block_has_a_schema_the_vendor_takes(
    block: BlockType, name: str, make: ModelMaker, brief: Brief, outline: Outline
) -> None:
    plan = SectionPlan(type=block, anchor="here", heading="What is here")
    task = SectionTask(brief=brief, language="en", outline=outline, plan=plan)

    response = await make(name).request(ModelRequest(task, max_tokens=900))

    assert type_of_block[block].model_validate_json(response.output).heading == "What is here"


@ALL
async def test_the_request_carries_key_schema_and_token_limit(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    await make(name).request(section_request)

    (sent,) = vendor.requests
    assert sent.key == KEY
    assert sent.max_tokens == 900
    assert sent.schema is not None
    assert {"heading", "plans"} <= set(sent.schema["properties"])
    assert "anchor" not in sent.schema["properties"]
    assert "tools" not in sent.body or not sent.body["tools"]


@ALL
async def test_a_correction_shows_the_first_output_and_its_errors(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    correction = Correction(output='{"heading": "Wrong"}', errors=("plans: field required",))
    request = ModelRequest(section_request.task, section_request.max_tokens, correction)

    await make(name).request(request)

    (sent,) = vendor.requests
    assert '{"heading": "Wrong"}' in sent.prompt
    assert "plans: field required" in sent.prompt
    assert [entry.request for entry in vendor.ledger.entries] == [2]


@pytest.mark.parametrize("name", [NAMES["openai"], NAMES["anthropic"], NAMES["google"]])
async def test_cost_comes_from_the_price_list_and_stays_below_the_bound(
    name: str, make: ModelMaker, section_request: ModelRequest
) -> None:
    model = make(name)

    response = await model.request(section_request)

    bound = model.upper_bound(section_request)
    assert response.cost is not None
    assert bound is not None
    assert 0 < response.cost < bound


@pytest.mark.parametrize("name", [NAMES["openai"], NAMES["anthropic"], NAMES["google"]])
async def test_what_the_vendor_read_from_its_cache_is_priced_as_such_and_reasoning_as_completion(
    name: str, make: ModelMaker, section_request: ModelRequest
) -> None:
    quote = Prices({}).quote(name, datetime.now(UTC))
    assert quote is not None
    assert quote.cached < quote.prompt

    response = await make(name).request(section_request)

    # USD a million tokens are thousands of nano-USD a token.
    read = CACHED_TOKENS * quote.cached + (PROMPT_TOKENS - CACHED_TOKENS) * quote.prompt
    assert response.usage.reasoning_tokens == REASONING_TOKENS
    assert response.cost == 1_000 * (read + COMPLETION_TOKENS * quote.completion)


async def test_an_override_may_tell_the_price_of_cached_tokens(make: ModelMaker, section_request: ModelRequest) -> None:
    name = NAMES["openai-compatible"]
    override = PriceOverride(prompt=Decimal(1), completion=Decimal(2), cached=Decimal("0.25"))

    response = await make(name, prices={name: override}).request(section_request)

    saved = CACHED_TOKENS * 750
    assert response.cost == 1_600_000 - saved


async def test_cost_of_a_compatible_service_is_unknown_unless_settings_know_it(
    make: ModelMaker, section_request: ModelRequest
) -> None:
    name = NAMES["openai-compatible"]
    unpriced, priced = make(name), make(name, prices={name: PriceOverride(prompt=Decimal(1), completion=Decimal(2))})

    assert (await unpriced.request(section_request)).cost is None
    assert unpriced.upper_bound(section_request) is None
    # 1,000 tokens at 1,000 nano-USD and 300 at 2,000.
    assert (await priced.request(section_request)).cost == 1_600_000


async def test_openai_is_told_not_to_keep_answers(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    await make(NAMES["openai"]).request(section_request)

    assert vendor.requests[0].body["store"] is False
    assert vendor.requests[0].body["service_tier"] == "default"


async def test_a_compatible_service_gets_the_token_limit_under_its_older_name(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    await make(NAMES["openai-compatible"]).request(section_request)

    assert vendor.requests[0].body["max_tokens"] == 900


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("openai:gpt-6-luna", ("reasoning", "effort"), "none"),
        ("openai:gpt-6.1-terra", ("reasoning", "effort"), "none"),
        ("anthropic:claude-haiku-5-5", ("thinking", "type"), "disabled"),
        ("anthropic:claude-sonnet-5-5", ("thinking", "type"), "between_tools"),
        ("google:gemini-3.5-flash-lite", ("generationConfig", "thinkingConfig", "thinking_level"), "MINIMAL"),
        ("google:gemini-3.8-flash", ("generationConfig", "thinkingConfig", "thinking_level"), "LOW"),
    ],
)
async def test_the_default_models_are_asked_not_to_think_long(
    name: str, path: tuple[str, ...], value: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    await make(name).request(section_request)

    found = vendor.requests[0].body
    for key in path[:-1]:
        found = found[key]
    assert found[path[-1]] == value


@pytest.mark.parametrize("name", [NAMES["google"], NAMES["openai-compatible"]])
async def test_the_seed_is_sent_where_the_vendor_takes_one(
    name: str, make: ModelMaker, vendor: FakeVendor, outline_request: ModelRequest
) -> None:
    await make(name).request(outline_request)

    body = vendor.requests[0].body
    assert body.get("generationConfig", body)["seed"] == 7


@ALL
async def test_a_cancel_aborts_the_request_in_flight(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.HANG))
    call = asyncio.create_task(make(name, seconds=30).request(section_request))
    await vendor.ledger.until(lambda entries: len(entries) == 1)

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    await vendor.ledger.until(lambda entries: entries[0].outcome is Outcome.BROKEN)


async def test_calls_in_parallel_do_not_count_as_one(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(latency=0.05))
    model = make(NAMES["openai"])

    await asyncio.gather(*(model.request(section_request) for _ in range(5)))

    assert [entry.outcome for entry in vendor.ledger.entries] == [Outcome.ANSWERED] * 5


async def test_another_environment_of_the_sdks_is_not_read(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(variable, "leaked")
    for variable in ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.setenv(variable, "x-leaked: leaked")

    for name in NAMES.values():
        await make(name).request(section_request)

    assert len(vendor.requests) == len(NAMES)
    assert not [sent for sent in vendor.requests if "leaked" in str(sent.headers)]

"""A probe on the wire: one tiny request, and what counts as an answer to it."""

import pytest

from domain.call import Usage
from domain.errors import ErrorType
from domain.route import bare_name, provider_of
from providers.model import ModelRequestError
from providers.prices import Prices
from providers.probe import PROBE_BYTES, PROBE_TOKENS
from providers.sandbox.model import SandboxModel
from tests.integration.providers.conftest import KEY, NAMES, ModelMaker
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.server import FakeVendor
from tests.vendors.wire import CACHED_TOKENS, COMPLETION_TOKENS, PROMPT_TOKENS, REASONING_TOKENS

ALL = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
PRICED = pytest.mark.parametrize("name", [NAMES["openai"], NAMES["anthropic"], NAMES["google"]])
REPORTED = Usage(
    prompt_tokens=PROMPT_TOKENS,
    completion_tokens=COMPLETION_TOKENS,
    cached_tokens=CACHED_TOKENS,
    reasoning_tokens=REASONING_TOKENS,
)


@ALL
async def test_a_probe_is_one_request_with_key_schema_and_the_smallest_limit(
    name: str, make: ModelMaker, vendor: FakeVendor
) -> None:
    response = await make(name).probe()

    assert (response.output, response.usage) == ('{"ok": true}', REPORTED)
    (entry,) = vendor.ledger.entries
    assert (entry.vendor, entry.model, entry.tag) == (provider_of(name), bare_name(name), "probe")
    (sent,) = vendor.requests
    assert (sent.key, sent.max_tokens) == (KEY, PROBE_TOKENS)
    assert sent.schema is not None
    assert set(sent.schema["properties"]) == {"ok"}


@ALL
async def test_an_answer_cut_at_the_limit_is_an_answer(name: str, make: ModelMaker, vendor: FakeVendor) -> None:
    vendor.next("probe", Act(behaviour=Behaviour.TRUNCATED))

    assert (await make(name).probe()).usage == REPORTED


@ALL
@pytest.mark.parametrize(
    ("behaviour", "type_"),
    [
        (Behaviour.SERVER_ERROR, ErrorType.PROVIDER_ERROR),
        (Behaviour.UNAUTHORIZED, ErrorType.AUTH_ERROR),
        (Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT),
        (Behaviour.ODD_SHAPE, ErrorType.VALIDATION_ERROR),
        (Behaviour.RESET, ErrorType.NETWORK_ERROR),
    ],
)
async def test_a_probe_fails_once_and_with_the_type_a_step_would(
    name: str, make: ModelMaker, vendor: FakeVendor, behaviour: Behaviour, type_: ErrorType
) -> None:
    vendor.next("probe", Act(behaviour=behaviour))

    with pytest.raises(ModelRequestError) as caught:
        await make(name).probe()

    assert caught.value.type is type_
    assert len(vendor.ledger.entries) == 1


async def test_a_vendor_that_hangs_is_given_up_after_the_models_timeout(make: ModelMaker, vendor: FakeVendor) -> None:
    vendor.next("probe", Act(behaviour=Behaviour.HANG))

    with pytest.raises(ModelRequestError) as caught:
        await make(NAMES["openai"], seconds=0.2).probe()

    assert caught.value.type is ErrorType.TIMEOUT


@PRICED
async def test_the_longest_probe_costs_less_than_its_bound(name: str, make: ModelMaker) -> None:
    model = make(name)
    dearest = Usage(prompt_tokens=PROBE_BYTES, completion_tokens=PROBE_TOKENS, reasoning_tokens=PROBE_TOKENS)

    response, bound, cost = await model.probe(), model.probe_bound(), Prices({}).cost_of(name, dearest)

    assert response.cost == Prices({}).cost_of(name, REPORTED)
    assert cost is not None
    assert bound is not None
    assert 0 < cost < bound


async def test_a_probe_of_an_unpriced_model_has_no_bound(make: ModelMaker) -> None:
    model = make(NAMES["openai-compatible"])

    assert model.probe_bound() is None
    assert (await model.probe()).cost is None


async def test_the_sandbox_answers_for_nothing() -> None:
    model = SandboxModel()

    response = await model.probe()

    assert (response.cost, model.probe_bound()) == (0, 0)
    assert response.usage.completion_tokens > 0

"""Each fault of a vendor, over real HTTP: the right error type, our own words, and exactly one request."""

import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from domain.errors import ErrorType
from providers.model import ModelRequest, ModelRequestError
from tests.integration.providers.conftest import KEY, NAMES, ModelMaker
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Outcome
from tests.vendors.server import FakeVendor
from tests.vendors.wire import COMPLETION_TOKENS, PROMPT_TOKENS, VENDOR_TEXT


@dataclass(frozen=True)
class Fault:
    behaviour: Behaviour
    type: ErrorType
    reported: bool = False
    """Whether the vendor tells tokens, so that the failure has usage and cost."""
    says: str = ""


FAULTS = (
    Fault(Behaviour.UNAUTHORIZED, ErrorType.AUTH_ERROR, says="answered 401"),
    Fault(Behaviour.FORBIDDEN, ErrorType.AUTH_ERROR, says="answered 403"),
    Fault(Behaviour.NOT_FOUND, ErrorType.MODEL_ERROR, says="answered 404"),
    Fault(Behaviour.REJECTED, ErrorType.MODEL_ERROR, says="answered 400"),
    Fault(Behaviour.CONTEXT_EXCEEDED, ErrorType.MODEL_ERROR, says="context window"),
    Fault(Behaviour.RATE_LIMITED, ErrorType.RATE_LIMIT, says="answered 429"),
    Fault(Behaviour.QUOTA_EXCEEDED, ErrorType.AUTH_ERROR, says="quota or credit"),
    Fault(Behaviour.SERVER_ERROR, ErrorType.PROVIDER_ERROR, says="answered 500"),
    Fault(Behaviour.BAD_GATEWAY, ErrorType.PROVIDER_ERROR, says="answered 502"),
    Fault(Behaviour.UNAVAILABLE, ErrorType.SERVICE_UNAVAILABLE, says="answered 503"),
    Fault(Behaviour.OVERLOADED, ErrorType.SERVICE_UNAVAILABLE, says="answered 529"),
    Fault(Behaviour.REDIRECT, ErrorType.MODEL_ERROR, says="redirect"),
    Fault(Behaviour.RESET, ErrorType.NETWORK_ERROR, says="broke off"),
    Fault(Behaviour.INVALID_JSON, ErrorType.VALIDATION_ERROR, says="not JSON"),
    Fault(Behaviour.ODD_SHAPE, ErrorType.VALIDATION_ERROR),
    Fault(Behaviour.TRUNCATED, ErrorType.VALIDATION_ERROR, reported=True, says="token limit"),
    Fault(Behaviour.REFUSAL, ErrorType.MODEL_ERROR, reported=True, says="refused"),
)

VENDORS = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())


async def failure_of(make: ModelMaker, name: str, request: ModelRequest, **options: object) -> ModelRequestError:
    with pytest.raises(ModelRequestError) as caught:
        await make(name, **options).request(request)
    return caught.value


@VENDORS
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.behaviour.value)
async def test_a_fault_has_its_error_type(
    fault: Fault, name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=fault.behaviour))

    error = await failure_of(make, name, section_request)

    assert error.type is fault.type
    assert fault.says in error.failure.message
    assert error.failure.message.startswith(f"{name} ")
    assert len(error.failure.message) <= 500
    assert len(vendor.ledger.entries) == 1


@VENDORS
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.behaviour.value)
async def test_a_failure_repeats_nothing_the_vendor_said(
    fault: Fault, name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=fault.behaviour))

    error = await failure_of(make, name, section_request)

    told = f"{error!r} {error.failure} {''.join(traceback.format_exception(error))}"
    assert KEY not in told
    assert VENDOR_TEXT not in told


@VENDORS
@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.reported], ids=lambda fault: fault.behaviour.value
)
async def test_an_unusable_answer_still_tells_its_tokens(
    fault: Fault, name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=fault.behaviour))

    error = await failure_of(make, name, section_request)

    assert error.usage is not None
    assert (error.usage.prompt_tokens, error.usage.completion_tokens) == (PROMPT_TOKENS, COMPLETION_TOKENS)
    assert (error.cost is None) == (name == NAMES["openai-compatible"])


@VENDORS
@pytest.mark.parametrize("behaviour", [Behaviour.WRONG_SCHEMA, Behaviour.NOT_JSON_TEXT])
async def test_a_complete_answer_is_handed_on_unjudged(
    behaviour: Behaviour, name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=behaviour))

    response = await make(name).request(section_request)

    assert VENDOR_TEXT in response.output


@VENDORS
async def test_an_empty_answer_is_handed_on_too(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.EMPTY))

    response = await make(name).request(section_request)

    assert response.output == ""
    assert response.usage.completion_tokens == COMPLETION_TOKENS


@VENDORS
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7), ({"Retry-After": "0"}, 0), ({"retry-after-ms": "1500"}, 1.5)],
    ids=["seconds", "zero", "milliseconds"],
)
async def test_a_wait_the_vendor_asks_for_is_kept(
    headers: dict[str, str],
    seconds: float,
    name: str,
    make: ModelMaker,
    vendor: FakeVendor,
    section_request: ModelRequest,
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.RATE_LIMITED, headers=headers))

    error = await failure_of(make, name, section_request)

    assert error.retry_after == timedelta(seconds=seconds)
    assert f"wait {seconds:g} s" in error.failure.message


@VENDORS
async def test_a_wait_given_as_a_date_is_kept(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    vendor.always("*", Act(behaviour=Behaviour.UNAVAILABLE, headers={"retry-after": until}))

    error = await failure_of(make, name, section_request)

    assert error.retry_after is not None
    assert timedelta(seconds=30) < error.retry_after <= timedelta(seconds=40)


@VENDORS
async def test_no_wait_is_made_up(
    name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.RATE_LIMITED, headers={"retry-after": "soon"}))

    assert (await failure_of(make, name, section_request)).retry_after is None


@VENDORS
@pytest.mark.parametrize("behaviour", [Behaviour.HANG, Behaviour.DRIP])
async def test_an_answer_that_does_not_end_is_cut_off(
    behaviour: Behaviour, name: str, make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=behaviour))
    began = time.monotonic()

    error = await failure_of(make, name, section_request, seconds=0.3)

    assert error.type is ErrorType.TIMEOUT
    assert time.monotonic() - began < 3
    await vendor.ledger.until(lambda entries: [entry.outcome for entry in entries] == [Outcome.BROKEN])


@VENDORS
async def test_a_refused_connection_is_a_network_error(
    name: str, make: ModelMaker, unused_port: int, section_request: ModelRequest
) -> None:
    error = await failure_of(make, name, section_request, url=f"http://127.0.0.1:{unused_port}")

    assert error.type is ErrorType.NETWORK_ERROR


@VENDORS
async def test_a_host_without_an_address_is_a_network_error(
    name: str, make: ModelMaker, section_request: ModelRequest
) -> None:
    # A label longer than DNS allows fails in the resolver without asking the network.
    error = await failure_of(make, name, section_request, url=f"http://{'a' * 64}.example")

    assert error.type is ErrorType.NETWORK_ERROR


async def test_an_answer_google_wants_to_continue_is_not_asked_for_twice(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.CONTINUATION))

    error = await failure_of(make, NAMES["google"], section_request)

    assert error.type is ErrorType.VALIDATION_ERROR
    assert "unfinished" in error.failure.message
    assert len(vendor.ledger.entries) == 1


async def test_a_model_recovers_after_a_fault(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.next("gpt-6-luna", Act(behaviour=Behaviour.RESET), Act(behaviour=Behaviour.HANG))
    model = make(NAMES["openai"], seconds=0.5)

    for _ in range(2):
        with pytest.raises(ModelRequestError):
            await model.request(section_request)

    assert (await model.request(section_request)).output

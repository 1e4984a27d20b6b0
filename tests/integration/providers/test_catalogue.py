"""A catalogue made from settings, and the vendors it reaches."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from domain.errors import ErrorType
from domain.route import SANDBOX_MODEL, bare_name
from providers.catalogue import Catalogue
from providers.model import ModelRequest, ModelRequestError
from settings import Settings, VendorSettings
from tests.integration.providers.conftest import NAMES
from tests.programs import python
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.server import FakeVendor


@pytest.fixture
async def catalogue(vendor: FakeVendor) -> AsyncIterator[Catalogue]:
    key = SecretStr("test-key")
    vendors = VendorSettings(
        openai_api_key=key,
        openai_base_url=vendor.openai_url,
        anthropic_api_key=key,
        anthropic_base_url=vendor.anthropic_url,
        google_api_key=key,
        google_base_url=vendor.google_url,
        openai_compatible_base_url=vendor.openai_url,
    )
    settings = Settings(
        vendors=vendors,
        models=tuple(NAMES.values()),
        model_timeouts={NAMES["anthropic"]: timedelta(seconds=0.3)},
    )
    models = Catalogue(settings)
    yield models
    await models.aclose()


async def test_every_model_of_the_list_answers_from_its_base_url(
    catalogue: Catalogue, vendor: FakeVendor, outline_request: ModelRequest
) -> None:
    catalogue.load()

    for name in catalogue.names():
        assert (await catalogue.get(name).request(outline_request)).output

    asked = [(entry.vendor, entry.model) for entry in vendor.ledger.entries]
    assert asked == [(vendor_name, bare_name(name)) for vendor_name, name in NAMES.items()]


async def test_a_service_without_a_key_gets_no_other_vendors_key(
    catalogue: Catalogue, vendor: FakeVendor, outline_request: ModelRequest
) -> None:
    await catalogue.get(NAMES["openai-compatible"]).request(outline_request)

    assert vendor.requests[0].key == "none"


async def test_the_timeout_of_a_model_is_its_own(
    catalogue: Catalogue, vendor: FakeVendor, outline_request: ModelRequest
) -> None:
    vendor.always("*", Act(behaviour=Behaviour.HANG))
    began = time.monotonic()

    with pytest.raises(ModelRequestError) as caught:
        await catalogue.get(NAMES["anthropic"]).request(outline_request)

    assert caught.value.type is ErrorType.TIMEOUT
    assert time.monotonic() - began < 3


async def test_the_sandbox_is_free(catalogue: Catalogue, outline_request: ModelRequest) -> None:
    assert catalogue.get(SANDBOX_MODEL).upper_bound(outline_request) == 0


@pytest.mark.parametrize(
    ("model", "absent"),
    [
        (NAMES["openai"], {"anthropic", "google.genai"}),
        (NAMES["anthropic"], {"openai", "google.genai"}),
        (NAMES["google"], {"openai", "anthropic"}),
    ],
)
def test_only_the_sdk_of_a_vendor_in_use_is_loaded(model: str, absent: set[str]) -> None:
    script = (
        "import sys; from settings import Settings; from providers.catalogue import Catalogue; "
        f"Catalogue(Settings(models=({model!r},))).get({model!r}); print(*sys.modules)"
    )
    keys = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "GOOGLE_API_KEY": "k"}
    ran = python(script, environment=keys)

    assert ran.returncode == 0, ran.stderr
    assert not absent & set(ran.stdout.split())

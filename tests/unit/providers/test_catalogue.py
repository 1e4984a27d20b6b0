"""Which models there are, from settings alone."""

import os
from datetime import timedelta

import pytest
from pydantic import SecretStr

from domain.route import SANDBOX_MODEL, ModelName
from providers.catalogue import DEFAULT_MODELS, Catalogue, CatalogueError, UnknownModelError
from providers.sandbox.model import SandboxModel
from settings import PriceOverride, Settings, VendorSettings
from tests.programs import python

KEY = SecretStr("test-key")
ALL_KEYS = {"openai_api_key": KEY, "anthropic_api_key": KEY, "google_api_key": KEY}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith(("PAGEWRIGHT_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_")):
            monkeypatch.delenv(variable)


def catalogue(vendors: dict[str, SecretStr | str] | None = None, **settings: object) -> Catalogue:
    return Catalogue(Settings.model_validate({"vendors": VendorSettings.model_validate(vendors or {}), **settings}))


def test_without_a_key_there_is_the_sandbox_and_nothing_else() -> None:
    models = catalogue()

    assert models.names() == (SANDBOX_MODEL,)
    assert models.default_route() == (SANDBOX_MODEL,)
    assert models.providers() == ("sandbox",)


@pytest.mark.parametrize("provider", DEFAULT_MODELS)
def test_a_key_brings_its_vendors_models_and_no_fallback_to_the_sandbox(provider: str) -> None:
    models = catalogue({f"{provider}_api_key": KEY})

    assert models.names() == (*DEFAULT_MODELS[provider], SANDBOX_MODEL)
    assert models.default_route() == DEFAULT_MODELS[provider]
    assert models.providers() == (provider, "sandbox")


def test_all_keys_make_one_route_over_all_vendors() -> None:
    assert catalogue(dict(ALL_KEYS)).default_route() == tuple(
        model for models in DEFAULT_MODELS.values() for model in models
    )


def test_settings_name_the_models_and_the_sandbox_stays() -> None:
    models = catalogue(dict(ALL_KEYS), models="openai:gpt-5-mini, google:gemini-2.5-pro")

    assert models.names() == ("openai:gpt-5-mini", "google:gemini-2.5-pro", SANDBOX_MODEL)
    assert models.default_route() == ("openai:gpt-5-mini", "google:gemini-2.5-pro")


def test_a_default_route_of_settings_is_taken() -> None:
    models = catalogue(dict(ALL_KEYS), default_route="google:gemini-3.8-flash,sandbox:template")

    assert models.default_route() == ("google:gemini-3.8-flash", SANDBOX_MODEL)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"models": "openai:gpt-5-mini"}, "OPENAI_API_KEY"),
        ({"models": "google:gemini-2.5-pro"}, "GEMINI_API_KEY"),
        ({"models": "openai-compatible:llama"}, "PAGEWRIGHT_OPENAI_COMPATIBLE_BASE_URL"),
        ({"models": "nobody:model"}, "nobody:model, whose provider is unknown"),
        ({"default_route": "openai:gpt-5-mini"}, "PAGEWRIGHT_DEFAULT_ROUTE"),
    ],
)
def test_a_model_out_of_reach_is_refused_with_what_to_set(settings: dict[str, str], says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        catalogue({}, **settings)


def test_a_model_off_the_list_is_unknown() -> None:
    with pytest.raises(UnknownModelError, match="openai:gpt-5-mini is not on the list"):
        catalogue().get("openai:gpt-5-mini")


def test_a_model_is_made_once() -> None:
    models = catalogue()

    assert isinstance(models.get(SANDBOX_MODEL), SandboxModel)
    assert models.get(SANDBOX_MODEL) is models.get(SANDBOX_MODEL)


def test_each_model_has_its_timeout() -> None:
    models = catalogue(
        dict(ALL_KEYS),
        request_timeout=timedelta(seconds=20),
        model_timeouts={"openai:gpt-6-luna": timedelta(seconds=5)},
    )

    assert models.timeout("openai:gpt-6-luna") == timedelta(seconds=5)
    assert models.timeout("openai:gpt-6.1-terra") == timedelta(seconds=20)


def test_prices_are_known_for_listed_models_overrides_and_the_sandbox() -> None:
    own: ModelName = "openai-compatible:own"
    vendors = {"openai_compatible_base_url": "http://127.0.0.1:9/v1"}
    priced = catalogue(
        dict(vendors), models=own, price_overrides={own: PriceOverride.model_validate({"prompt": 1, "completion": 1})}
    )

    assert priced.has_price(own)
    assert not catalogue(dict(vendors), models=own).has_price(own)
    assert priced.has_price(SANDBOX_MODEL)
    assert priced.has_price("openai:gpt-6-luna")


def test_only_the_sandbox_is_not_ai() -> None:
    models = catalogue()

    assert not models.is_ai(SANDBOX_MODEL)
    assert models.is_ai("openai:a-model-of-last-year")


def test_the_sandbox_needs_no_sdk() -> None:
    script = (
        "import sys; from settings import Settings; from providers.catalogue import Catalogue; "
        "Catalogue(Settings()).get('sandbox:template'); print(*sys.modules)"
    )
    ran = python(script, environment={})

    assert ran.returncode == 0, ran.stderr
    assert not {"pydantic_ai", "openai", "anthropic", "google.genai"} & set(ran.stdout.split())

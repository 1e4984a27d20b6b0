"""The models of an installation by name: the allow-list, the default route, prices and timeouts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from httpx2 import AsyncClient

from domain.call import Usage
from domain.money import NanoUsd
from domain.route import SANDBOX_MODEL, SANDBOX_PROVIDER, ModelName, Route, bare_name, provider_of
from providers.access import ANTHROPIC_URL, GOOGLE_URL, NO_KEY, OPENAI_URL, Access
from providers.model import LanguageModel
from providers.prices import FREE, Prices, Quote
from providers.sandbox.model import SandboxModel
from providers.wire import http_client
from settings import Settings, VendorSettings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

    from providers.tracing import ModelTracing

DEFAULT_MODELS: Final[dict[str, tuple[ModelName, ModelName]]] = {
    "openai": ("openai:gpt-6-luna", "openai:gpt-6.1-terra"),
    "anthropic": ("anthropic:claude-haiku-5-5", "anthropic:claude-sonnet-5-5"),
    "google": ("google:gemini-3.5-flash-lite", "google:gemini-3.8-flash"),
}
"""For each vendor with a key and no word in settings: a small, fast model, then a stronger one."""

_LONGEST_ROUTE: Final = 8
_ACCESS_SETTING: Final = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google": "GOOGLE_API_KEY or GEMINI_API_KEY",
    "openai-compatible": "PAGEWRIGHT_OPENAI_COMPATIBLE_BASE_URL",
}
"""What has to be set for each provider."""


class UnknownModelError(LookupError):
    """A model that is not on the allow-list."""


class CatalogueError(ValueError):
    """Settings name a model that cannot be reached, or a route off the allow-list. The message says what to set."""


class Catalogue:
    """Models by name. Make one a process and close it with `aclose()`."""

    def __init__(self, settings: Settings, tracing: "ModelTracing | None" = None) -> None:
        """Read the allow-list from settings. Raises CatalogueError; loads no vendor's SDK yet.

        Requests to models are spans where `tracing` says how.
        """
        self._tracing = tracing
        self._access = _access(settings.vendors)
        self._names = _names(settings.models, self._access)
        self._default_route = _default_route(settings.default_route, self._names)
        self._prices = Prices(settings.price_overrides)
        self._timeout = settings.request_timeout
        self._timeouts = dict(settings.model_timeouts)
        self._built: dict[ModelName, LanguageModel] = {}
        self._http: AsyncClient | None = None

    def names(self) -> tuple[ModelName, ...]:
        """Return the allow-list: the vendors' models in order, then the sandbox."""
        return self._names

    def providers(self) -> tuple[str, ...]:
        """Return the names of the providers the allow-list's models belong to, each once."""
        return tuple(dict.fromkeys(provider_of(name) for name in self._names))

    def default_route(self) -> Route:
        """Return the route of a job that names none. A vendor's route never falls back to the sandbox."""
        return self._default_route

    def get(self, model: ModelName) -> LanguageModel:
        """Return the model of that name. Raises UnknownModelError.

        The first model of a vendor loads the vendor's SDK, which takes seconds on a slow machine: a worker calls
        `load()` before it takes work.
        """
        if model not in self._names:
            message = f"{model} is not on the list of allowed models: {', '.join(self._names)}"
            raise UnknownModelError(message)
        if model not in self._built:
            self._built[model] = self._traced(model, self._build(model))
        return self._built[model]

    def load(self) -> None:
        """Build every model now, and so load the SDKs they need."""
        for name in self._names:
            self.get(name)

    def has_price(self, model: ModelName) -> bool:
        """Whether the cost of a request to `model` is known. The sandbox's is: nothing."""
        return not self.is_ai(model) or self._prices.knows(model)

    def quote(self, model: ModelName, at: datetime) -> Quote | None:
        """Return what `model` costs at a time; None without a known price."""
        return self._prices.quote(model, at) if self.is_ai(model) else FREE

    def cost_of(self, model: ModelName, usage: Usage, at: datetime | None = None) -> NanoUsd | None:
        """Return what `usage` of `model` costs by the price of `at`, None meaning now; None without a known price."""
        return self._prices.cost_of(model, usage, at) if self.is_ai(model) else NanoUsd(0)

    def timeout(self, model: ModelName) -> timedelta:
        """Return the longest time one request to `model` may take."""
        return self._timeouts.get(model, self._timeout)

    def is_ai(self, model: ModelName) -> bool:
        """Whether an artificial intelligence answers under this name, on the allow-list or not; the sandbox is none."""
        return provider_of(model) != SANDBOX_PROVIDER

    async def aclose(self) -> None:
        """Close the connections to vendors. Models are of no use afterwards."""
        if self._http is not None:
            await self._http.aclose()

    def _traced(self, name: ModelName, model: LanguageModel) -> LanguageModel:
        if self._tracing is None:
            return model
        from providers.tracing import TracedModel  # noqa: PLC0415  loads OpenTelemetry

        access = self._access.get(provider_of(name))
        return TracedModel(model, name, None if access is None else access.base_url, self._tracing)

    def _build(self, model: ModelName) -> LanguageModel:
        provider = provider_of(model)
        if provider == SANDBOX_PROVIDER:
            return SandboxModel()
        if self._http is None:
            self._http = http_client()
        # Loading pydantic-ai and an SDK costs seconds and tens of megabytes: only who asks a vendor pays for it.
        from providers.vendor import VendorModel  # noqa: PLC0415  as said above

        vendor_model = _builder(provider)(bare_name(model), self._access[provider], self._http)
        return VendorModel(model, vendor_model, self._prices, self.timeout(model))


def _builder(provider: str) -> Callable[[str, Access, AsyncClient], "Model"]:
    # Each vendor's SDK is loaded with its own module, and only then.
    match provider:
        case "anthropic":
            from providers.anthropic import anthropic_model  # noqa: PLC0415  as said above

            return anthropic_model
        case "google":
            from providers.google import google_model  # noqa: PLC0415  as above

            return google_model
        case _:
            from providers.openai import compatible_model, openai_model  # noqa: PLC0415  as above

            return openai_model if provider == "openai" else compatible_model


def _access(vendors: VendorSettings) -> dict[str, Access]:
    keyed = {
        "openai": (vendors.openai_api_key, vendors.openai_base_url or OPENAI_URL),
        "anthropic": (vendors.anthropic_api_key, vendors.anthropic_base_url or ANTHROPIC_URL),
        "google": (vendors.google_api_key, vendors.google_base_url or GOOGLE_URL),
    }
    access = {
        provider: Access(url, key.get_secret_value()) for provider, (key, url) in keyed.items() if key is not None
    }
    if vendors.openai_compatible_base_url is not None:
        key = vendors.openai_compatible_api_key
        access["openai-compatible"] = Access(
            vendors.openai_compatible_base_url, NO_KEY if key is None else key.get_secret_value()
        )
    return access


def _names(allowed: tuple[ModelName, ...] | None, access: dict[str, Access]) -> tuple[ModelName, ...]:
    if allowed is None:
        vendors = [model for provider, models in DEFAULT_MODELS.items() if provider in access for model in models]
    else:
        vendors = [model for model in dict.fromkeys(allowed) if model != SANDBOX_MODEL]
    for model in vendors:
        _check_access(model, access)
    return (*vendors, SANDBOX_MODEL)


def _check_access(model: ModelName, access: dict[str, Access]) -> None:
    provider = provider_of(model)
    if provider in access:
        return
    if provider not in _ACCESS_SETTING:
        known = ", ".join((*_ACCESS_SETTING, SANDBOX_MODEL))
        message = f"PAGEWRIGHT_MODELS names {model}, whose provider is unknown: there are {known}"
    else:
        message = f"PAGEWRIGHT_MODELS names {model}, which needs {_ACCESS_SETTING[provider]} to be set"
    raise CatalogueError(message)


def _default_route(wanted: Route | None, names: tuple[ModelName, ...]) -> Route:
    if wanted is None:
        return names[:-1][:_LONGEST_ROUTE] or (SANDBOX_MODEL,)
    missing = [model for model in wanted if model not in names]
    if missing:
        message = f"PAGEWRIGHT_DEFAULT_ROUTE names {', '.join(missing)}, which is not among {', '.join(names)}"
        raise CatalogueError(message)
    return wanted

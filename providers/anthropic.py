"""Anthropic's models through its Messages API."""

import httpx2
from anthropic import AsyncAnthropic
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.providers.anthropic import AnthropicProvider

from providers.access import Access


def anthropic_model(name: str, access: Access, http: httpx2.AsyncClient) -> AnthropicModel:
    """Return Anthropic's model `name`, on the standard service tier, which is the one we have prices of."""
    client = AsyncAnthropic(
        base_url=access.base_url, api_key=access.key, max_retries=0, http_client=http, open_telemetry=False
    )
    # Left to itself the client adds ANTHROPIC_CUSTOM_HEADERS.
    client._custom_headers = {}  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] # no public way to unset it
    settings = AnthropicModelSettings(anthropic_service_tier="standard_only")
    return AnthropicModel(name, provider=AnthropicProvider(anthropic_client=client), settings=settings)

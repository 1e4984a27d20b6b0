"""OpenAI's models through its Responses API, and any service that speaks its Chat Completions API."""

import httpx2
from openai import AsyncOpenAI
from pydantic_ai.models.openai import (
    OpenAIChatModel,
    OpenAIChatModelSettings,
    OpenAIResponsesModel,
    OpenAIResponsesModelSettings,
)
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from providers.access import Access


def openai_model(name: str, access: Access, http: httpx2.AsyncClient) -> OpenAIResponsesModel:
    """Return OpenAI's model `name`.

    Answers are not stored at OpenAI, and the standard service tier is asked for, which is the one we have prices of.
    """
    settings = OpenAIResponsesModelSettings(openai_store=False, openai_service_tier="default")
    return OpenAIResponsesModel(name, provider=OpenAIProvider(openai_client=_client(access, http)), settings=settings)


def compatible_model(name: str, access: Access, http: httpx2.AsyncClient) -> OpenAIChatModel:
    """Return the model `name` of an OpenAI-compatible service (Ollama, vLLM, OpenRouter, ...)."""
    provider = OpenAICompatibleProvider(
        "openai-compatible",
        openai_client=_client(access, http),
        # The services in use today take a JSON schema, and the older of the two names of the token limit; a service
        # that does not says so with a 400.
        profile=OpenAIModelProfile(supports_json_schema_output=True, openai_chat_supports_max_completion_tokens=False),
    )
    return OpenAIChatModel(name, provider=provider, settings=OpenAIChatModelSettings())


def _client(access: Access, http: httpx2.AsyncClient) -> AsyncOpenAI:
    client = AsyncOpenAI(base_url=access.base_url, api_key=access.key, max_retries=0, http_client=http)
    # Left to itself the client adds OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_ADMIN_KEY and OPENAI_CUSTOM_HEADERS.
    client.organization = None
    client.project = None
    client.admin_api_key = None
    client._custom_headers = {}  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] # no public way to unset it
    return client

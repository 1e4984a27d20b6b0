"""Google's models through the Gemini API's generateContent."""

import httpx2
from pydantic_ai.models.google import GoogleModel, GoogleModelSettings
from pydantic_ai.providers.google import GoogleProvider

from providers.access import Access


def google_model(name: str, access: Access, http: httpx2.AsyncClient) -> GoogleModel:
    """Return Google's model `name`. Without `retry_options` the SDK never retries."""
    provider = GoogleProvider(api_key=access.key, base_url=access.base_url, http_client=http)
    return GoogleModel(name, provider=provider, settings=GoogleModelSettings())

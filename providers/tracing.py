"""A span for each request to a model, in the words of OpenTelemetry's conventions for generative AI.

Prompts and answers are in it only where that is asked for. `pagewright.model` is the catalogue's name, as in metrics.
"""

import asyncio
import json
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue
from pydantic import JsonValue

from domain.call import Usage
from domain.money import NanoUsd
from domain.route import ModelName, bare_name, provider_of
from providers.model import LanguageModel, ModelRequest, ModelRequestError, ModelResponse, Provenance
from providers.probe import PROBE, PROBE_TOKENS
from providers.prompts import Prompt, prompt_of

_WELL_KNOWN: Final = {"google": "gcp.gemini"}
"""Providers that the conventions have another name for."""
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ModelTracing:
    """How requests to models are traced."""

    tracer: Tracer
    captures_content: bool = False


class TracedModel:
    """A `LanguageModel` whose requests are spans."""

    def __init__(self, model: LanguageModel, name: ModelName, base_url: str | None, tracing: ModelTracing) -> None:
        """Trace `model`, called `name`; `base_url` is where its requests go, None for nowhere."""
        self._model = model
        self._name = name
        self._about = _about(name, base_url)
        # The conventions have a kind of their own for models in the same process.
        self._kind = SpanKind.INTERNAL if base_url is None else SpanKind.CLIENT
        self._tracer = tracing.tracer
        self._captures = tracing.captures_content

    async def request(self, request: ModelRequest) -> ModelResponse:
        """Answer `request`, within a span. Raises what the model raises."""
        prompt = prompt_of(request.task, request.correction) if self._captures else None
        return await self._within_span(self._model.request(request), request.max_tokens, prompt)

    def upper_bound(self, request: ModelRequest) -> NanoUsd | None:
        """Return the most `request` can cost in nano-USD, or None when the model has no known price."""
        return self._model.upper_bound(request)

    async def probe(self) -> ModelResponse:
        """Make a tiny request, within a span. Raises what the model raises."""
        return await self._within_span(self._model.probe(), PROBE_TOKENS, PROBE if self._captures else None)

    def probe_bound(self) -> NanoUsd | None:
        """Return the most a probe can cost in nano-USD, or None when the model has no known price."""
        return self._model.probe_bound()

    async def _within_span(
        self, answering: Awaitable[ModelResponse], max_tokens: int, prompt: Prompt | None
    ) -> ModelResponse:
        with self._tracer.start_as_current_span(
            f"chat {bare_name(self._name)}",
            kind=self._kind,
            attributes={**self._about, "gen_ai.request.max_tokens": max_tokens},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            if prompt is not None:
                span.set_attributes(_asked(prompt))
            response = await _answer(span, answering)
            if prompt is not None:
                span.set_attribute("gen_ai.output.messages", _answered(response))
            return response


async def _answer(span: Span, answering: Awaitable[ModelResponse]) -> ModelResponse:
    """Await an answer and say on the span what came: where from, how much, or which kind of error."""
    try:
        response = await answering
    except ModelRequestError as error:
        _fail(span, error.type)
        _tell(span, error.usage, error.provenance)
        raise
    except (Exception, asyncio.CancelledError) as error:
        _fail(span, type(error).__name__)
        raise
    _tell(span, response.usage, response.provenance)
    return response


def _fail(span: Span, type_: str) -> None:
    span.set_attribute("error.type", str(type_))
    span.set_status(StatusCode.ERROR)


def _tell(span: Span, usage: Usage | None, provenance: Provenance) -> None:
    told: dict[str, AttributeValue | None] = {
        "gen_ai.response.id": provenance.answer,
        "gen_ai.response.model": provenance.model,
        "gen_ai.response.finish_reasons": [provenance.finish_reason] if provenance.finish_reason else None,
    }
    if usage is not None:
        told |= {
            "gen_ai.usage.input_tokens": usage.prompt_tokens,
            "gen_ai.usage.output_tokens": usage.completion_tokens,
            "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens or None,
            "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens or None,
            "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens or None,
        }
    span.set_attributes({name: value for name, value in told.items() if value is not None})


def _about(name: ModelName, base_url: str | None) -> dict[str, AttributeValue]:
    provider = provider_of(name)
    server = {} if base_url is None else _server(urlsplit(base_url))
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _WELL_KNOWN.get(provider, provider),
        "gen_ai.request.model": bare_name(name),
        "gen_ai.output.type": "json",
        "pagewright.model": name,
        **server,
    }


def _server(url: SplitResult) -> dict[str, AttributeValue]:
    if url.hostname is None:
        return {}
    port = _PORTS.get(url.scheme)
    with suppress(ValueError):  # it is none
        port = url.port or port
    return {"server.address": url.hostname, **({} if port is None else {"server.port": port})}


def _asked(prompt: Prompt) -> dict[str, str]:
    turns = [_message("user", prompt.request)]
    if prompt.correction is not None:
        turns += [_message("assistant", prompt.correction.answer), _message("user", prompt.correction.complaint)]
    return {"gen_ai.system_instructions": _json([_text(prompt.instructions)]), "gen_ai.input.messages": _json(turns)}


def _answered(response: ModelResponse) -> str:
    return _json([_message("assistant", response.output) | {"finish_reason": response.provenance.finish_reason or ""}])


def _message(role: Literal["user", "assistant"], text: str) -> dict[str, JsonValue]:
    return {"role": role, "parts": [_text(text)]}


def _text(text: str) -> JsonValue:
    return {"type": "text", "content": text}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

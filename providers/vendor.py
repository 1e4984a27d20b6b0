"""A vendor's model: one HTTP request a call, its answer as JSON text or the reason why there is none."""

import asyncio
from datetime import timedelta
from typing import Final

from pydantic_ai import messages
from pydantic_ai.direct import model_request
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from domain.call import Usage
from domain.errors import ErrorType, Failure
from domain.money import NanoUsd
from domain.route import ModelName
from providers.errors import translate
from providers.model import ModelRequest, ModelRequestError, ModelResponse, Provenance
from providers.prices import Prices
from providers.probe import PROBE, PROBE_BYTES, PROBE_SCHEMA, PROBE_TOKENS
from providers.prompts import Prompt, prompt_of
from providers.schemas import OutputSchema, output_schema, schema_bytes
from providers.wire import one_exchange

_LARGEST_SEED: Final = 2**31
"""Vendors take 32-bit seeds."""
_LARGEST_COUNT: Final = 100_000_000
"""Tokens; a hundred times the longest context window there is."""
_LONGEST_NAME: Final = 200


class VendorModel:
    """A `LanguageModel` of OpenAI, Anthropic, Google or an OpenAI-compatible service."""

    def __init__(self, name: ModelName, model: Model, prices: Prices, timeout: timedelta) -> None:
        """Take pydantic-ai's model, made so that its SDK never retries; `timeout` bounds each request as a whole."""
        self._name = name
        self._model = model
        self._prices = prices
        self._timeout = timeout.total_seconds()

    async def request(self, request: ModelRequest) -> ModelResponse:
        """Answer `request`. Raises ModelRequestError; asyncio.CancelledError aborts the HTTP request."""
        prompt = prompt_of(request.task, request.correction)
        settings = self._settings(request.max_tokens, request.task.seed)
        return self._checked(await self._ask(prompt, settings, output_schema(request.task)))

    def upper_bound(self, request: ModelRequest) -> NanoUsd | None:
        """Return the most `request` can cost in nano-USD, or None when the model has no known price."""
        prompt = prompt_of(request.task, request.correction)
        prompt_bytes = schema_bytes(request.task) + len(prompt.text.encode())
        return self._prices.upper_bound(self._name, prompt_bytes, request.max_tokens)

    async def probe(self) -> ModelResponse:
        """Make a tiny request, only to see that it is answered. Raises as `request` does."""
        answer = await self._ask(PROBE, self._settings(PROBE_TOKENS, seed=0), PROBE_SCHEMA)
        # A model that cannot help thinking first reaches the limit: it has answered all the same.
        return self._response(answer) if answer.finish_reason == "length" else self._checked(answer)

    def probe_bound(self) -> NanoUsd | None:
        """Return the most a probe can cost in nano-USD, or None when the model has no known price."""
        return self._prices.upper_bound(self._name, PROBE_BYTES, PROBE_TOKENS)

    async def _ask(self, prompt: Prompt, settings: ModelSettings, schema: OutputSchema) -> messages.ModelResponse:
        with one_exchange() as exchange:
            try:
                async with asyncio.timeout(self._timeout):
                    return await model_request(
                        self._model,
                        _turns(prompt),
                        model_settings=settings,
                        model_request_parameters=_structured(schema),
                    )
            except Exception as error:  # noqa: BLE001 - the table in `errors` says what each kind means
                translation = translate(self._name, error, exchange.status)
                raise ModelRequestError(translation.failure, retry_after=translation.retry_after) from None

    def _settings(self, max_tokens: int, seed: int) -> ModelSettings:
        # No temperature: current models reject or ignore it while they reason, and their makers advise their default.
        # Thinking is off, or as little as the model can: a section must be there within the timeout.
        return ModelSettings(
            max_tokens=max_tokens,
            timeout=self._timeout,
            thinking=False,
            seed=seed % _LARGEST_SEED,
        )

    def _checked(self, answer: messages.ModelResponse) -> ModelResponse:
        problem = _problem(answer)
        if problem is not None:
            type_, what = problem
            failure, usage = Failure(type_, f"{self._name} {what}"), _usage(answer.usage)
            raise ModelRequestError(failure, usage=usage, cost=self._cost(usage), provenance=_provenance(answer))
        return self._response(answer)

    def _response(self, answer: messages.ModelResponse) -> ModelResponse:
        usage = _usage(answer.usage)
        return ModelResponse(_text(answer), usage or Usage(), self._cost(usage), _provenance(answer))

    def _cost(self, usage: Usage | None) -> NanoUsd | None:
        return None if usage is None else self._prices.cost_of(self._name, usage)


def _structured(schema: OutputSchema) -> ModelRequestParameters:
    return ModelRequestParameters(
        output_mode="native",
        output_object=OutputObjectDefinition(name=schema.name, json_schema=schema.schema, strict=True),
        allow_text_output=False,
    )


def _turns(prompt: Prompt) -> list[messages.ModelMessage]:
    turns: list[messages.ModelMessage] = [
        messages.ModelRequest(parts=[messages.UserPromptPart(prompt.request)], instructions=prompt.instructions)
    ]
    if prompt.correction is not None:
        turns += [
            messages.ModelResponse(parts=[messages.TextPart(prompt.correction.answer)]),
            messages.ModelRequest(
                parts=[messages.UserPromptPart(prompt.correction.complaint)], instructions=prompt.instructions
            ),
        ]
    return turns


def _usage(reported: RequestUsage) -> Usage | None:
    """Return what the vendor counted; None for nothing, and for counts that cannot be: their cost would be as wrong."""
    counts = (
        reported.input_tokens,
        reported.output_tokens,
        reported.cache_read_tokens,
        reported.cache_write_tokens,
        reported.output_reasoning_tokens,
    )
    if not any(counts[:2]) or min(counts) < 0 or max(counts) > _LARGEST_COUNT:
        return None
    return Usage(
        prompt_tokens=reported.input_tokens,
        completion_tokens=reported.output_tokens,
        cached_tokens=reported.cache_read_tokens,
        cache_write_tokens=reported.cache_write_tokens,
        reasoning_tokens=reported.output_reasoning_tokens,
    )


def _provenance(answer: messages.ModelResponse) -> Provenance:
    return Provenance(_name(answer.provider_response_id), _name(answer.model_name), answer.finish_reason)


def _name(told: object) -> str | None:
    """Return an identifier a vendor sent, if it is one: the SDKs build their objects unchecked."""
    return told[:_LONGEST_NAME] if isinstance(told, str) else None


def _text(answer: messages.ModelResponse) -> str:
    return "".join(part.content for part in answer.parts if isinstance(part, messages.TextPart))


def _problem(answer: messages.ModelResponse) -> tuple[ErrorType, str] | None:
    match answer.finish_reason:
        case "length":
            return ErrorType.VALIDATION_ERROR, "reached the token limit before its answer was complete"
        case "content_filter":
            return ErrorType.MODEL_ERROR, "refused to answer"
        case "error":
            return ErrorType.PROVIDER_ERROR, "broke off its answer"
        case _:
            pass
    if answer.state != "complete":
        return ErrorType.VALIDATION_ERROR, "left its answer unfinished"
    if _usage(answer.usage) is None and not _text(answer):
        # Google's SDK makes such an answer of any JSON; one that is merely empty has counted tokens.
        return ErrorType.VALIDATION_ERROR, "answered in a shape it does not document"
    return None

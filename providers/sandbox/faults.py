"""Faults on request: which requests of the sandbox model fail, and how."""

import asyncio
from collections.abc import Callable
from typing import Final

from domain.errors import ErrorType, Failure
from domain.job import SandboxFaults
from providers.model import ModelRequestError

Draw = Callable[[], float]
"""Returns a uniform number from [0, 1)."""

_MESSAGES: Final = {
    ErrorType.TIMEOUT: "the sandbox model was asked to time out",
    ErrorType.RATE_LIMIT: "the sandbox model was asked to limit the rate of requests",
    ErrorType.SERVICE_UNAVAILABLE: "the sandbox model was asked to be overloaded",
    ErrorType.PROVIDER_ERROR: "the sandbox model was asked to break",
    ErrorType.NETWORK_ERROR: "the sandbox model was asked to drop the connection",
    ErrorType.VALIDATION_ERROR: "the sandbox model was asked to answer with an unusable output",
    ErrorType.AUTH_ERROR: "the sandbox model was asked to refuse the key",
    ErrorType.MODEL_ERROR: "the sandbox model was asked to refuse the request",
    ErrorType.COST_LIMIT: "the sandbox model was asked to report a cost limit",
    ErrorType.UNKNOWN: "the sandbox model was asked to fail without a reason",
}

UNUSABLE_OUTPUTS: Final = (
    '{"heading": "Lorem ipsum", "text": "TODO: write this section"}',
    '{"title": "[Your company name]", "sections": "none"}',
    '{"type": "unknown", "heading": ',
    "",
)
"""Each breaks every schema, or is full of placeholders, which the checks of every section refuse."""


async def suffer(faults: SandboxFaults, draw: Draw) -> str | None:
    """Wait as long as asked; then fail, or return an unusable output, or None: no fault.

    One draw decides, so that rates of different types add up. Raises ModelRequestError of the drawn type.
    """
    if faults.latency_ms:
        await asyncio.sleep(faults.latency_ms / 1000)
    drawn = draw()
    for error_type, rate in faults.error_rates.items():
        if drawn < rate:
            raise ModelRequestError(Failure(error_type, _MESSAGES[error_type]))
        drawn -= rate
    if drawn < faults.invalid_rate:
        return UNUSABLE_OUTPUTS[int(drawn / faults.invalid_rate * len(UNUSABLE_OUTPUTS))]
    return None

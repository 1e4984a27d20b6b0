"""The sandbox model behind the interface every model has."""

import asyncio
import random
from typing import Final

from domain.blocks import Section
from domain.call import Usage
from domain.errors import ErrorType, Failure
from domain.money import NanoUsd
from domain.outline import Outline
from domain.route import SANDBOX_MODEL, bare_name
from domain.task import OutlineTask, Task
from providers.model import ModelRequest, ModelRequestError, ModelResponse, Provenance
from providers.probe import PROBE, PROBE_ANSWER
from providers.sandbox.faults import Draw, suffer
from providers.sandbox.material import NothingToSayError
from providers.sandbox.planning import outline
from providers.sandbox.writing import section

_CHARACTERS_A_TOKEN: Final = 4
_FREE: Final = NanoUsd(0)
_PROVENANCE: Final = Provenance(model=bare_name(SANDBOX_MODEL), finish_reason="stop")


class SandboxModel:
    """`sandbox:template`: writes pages offline from the brief's own words. Not AI.

    The same task gives the same output. Only which requests suffer the faults a task asks for is drawn anew each time,
    so that a step that is tried again may succeed.
    """

    def __init__(self, draw: Draw | None = None) -> None:
        """Take the source of the draws that decide about faults; None means the system's randomness."""
        self._draw: Draw = draw or random.SystemRandom().random

    async def request(self, request: ModelRequest) -> ModelResponse:
        """Answer with JSON: an `Outline`, or the block of the planned type without its anchor.

        Raises ModelRequestError: a fault the task asked for; MODEL_ERROR when the brief has nothing a planned section
        could say; VALIDATION_ERROR when the output passes `max_tokens`.
        """
        unusable = await suffer(request.task.faults, self._draw)
        # In a thread: a long brief takes seconds, in which a worker could not tell that it lives.
        output = await asyncio.to_thread(_write, request.task) if unusable is None else unusable
        usage = Usage(prompt_tokens=_tokens(_prompt(request)), completion_tokens=_tokens(output))
        if usage.completion_tokens > request.max_tokens:
            failure = Failure(ErrorType.VALIDATION_ERROR, f"the answer is longer than {request.max_tokens} tokens")
            raise ModelRequestError(failure, usage=usage, cost=_FREE)
        return ModelResponse(output, usage, _FREE, _PROVENANCE)

    def upper_bound(self, request: ModelRequest) -> NanoUsd:
        """Return nothing: the sandbox is free, whatever is asked of it."""
        del request
        return _FREE

    async def probe(self) -> ModelResponse:
        """Answer at once: it is there wherever a worker is."""
        usage = Usage(prompt_tokens=_tokens(PROBE.text), completion_tokens=_tokens(PROBE_ANSWER))
        return ModelResponse(PROBE_ANSWER, usage, _FREE, _PROVENANCE)

    def probe_bound(self) -> NanoUsd:
        """Return nothing, as for every request."""
        return _FREE


def _write(task: Task) -> str:
    try:
        written: Outline | Section = outline(task) if isinstance(task, OutlineTask) else section(task)
    except NothingToSayError as error:
        raise ModelRequestError(Failure(ErrorType.MODEL_ERROR, str(error))) from None
    return written.model_dump_json(exclude={"anchor"}, exclude_none=True)


def _prompt(request: ModelRequest) -> str:
    """Return what a model with a prompt would have been sent."""
    corrected = request.correction.output if request.correction else ""
    return request.task.model_dump_json(exclude={"faults", "seed"}, exclude_none=True) + corrected


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_A_TOKEN)

"""The sandbox model answers like any model, free of charge, and fails as it is asked to."""

import random
import time
from collections.abc import Callable, Iterator

import pytest
from pydantic import ValidationError

from domain.blocks import BlockType, type_of_block
from domain.brief import Brief
from domain.checks.placeholders import find_placeholders
from domain.errors import ErrorType
from domain.job import SandboxFaults
from domain.money import NanoUsd
from domain.outline import Outline, SectionPlan, Seo
from domain.task import OutlineTask, SectionTask
from providers.model import Correction, LanguageModel, ModelRequest, ModelRequestError
from providers.sandbox.faults import UNUSABLE_OUTPUTS
from providers.sandbox.model import SandboxModel

_BRIEF = Brief(name="Harbour Bakery", text="We bake bread at night. The oven burns birch.")


def _request(faults: SandboxFaults | None = None, max_tokens: int = 4_000) -> ModelRequest:
    return ModelRequest(OutlineTask(brief=_BRIEF, language="en", faults=faults or SandboxFaults()), max_tokens)


def _drawn(*numbers: float) -> Callable[[], float]:
    left: Iterator[float] = iter(numbers)
    return lambda: next(left)


async def test_an_answer_is_free_and_counts_its_tokens() -> None:
    model: LanguageModel = SandboxModel()
    response = await model.request(_request())
    assert response.cost == NanoUsd(0)
    assert response.usage.completion_tokens == -(-len(response.output) // 4)
    assert response.usage.prompt_tokens > len(_BRIEF.text) // 4
    assert model.upper_bound(_request()) == NanoUsd(0)


async def test_tokens_are_the_same_every_time() -> None:
    first, second = await SandboxModel().request(_request()), await SandboxModel().request(_request())
    assert first == second


async def test_a_correction_counts_as_prompt_and_changes_no_word() -> None:
    plain = await SandboxModel().request(_request())
    again = ModelRequest(_request().task, 4_000, Correction("{}" * 40, ("wrong",)))
    corrected = await SandboxModel().request(again)
    assert corrected.output == plain.output
    assert corrected.usage.prompt_tokens > plain.usage.prompt_tokens


async def test_the_output_leaves_out_what_the_plan_decides() -> None:
    outline = Outline.model_validate_json((await SandboxModel().request(_request())).output)
    task = SectionTask(brief=_BRIEF, language="en", outline=outline, plan=outline.sections[0])
    output = (await SandboxModel().request(ModelRequest(task, 4_000))).output
    assert '"anchor"' not in output
    assert '"secondAction"' in output or '"action"' not in output
    assert type_of_block[BlockType.HERO].model_validate_json(output).heading == outline.sections[0].heading


async def test_each_error_fails_the_share_of_requests_it_was_given() -> None:
    faults = SandboxFaults(error_rates={ErrorType.TIMEOUT: 0.25, ErrorType.RATE_LIMIT: 0.25}, invalid_rate=0.25)
    model = SandboxModel(_drawn(0.0, 0.24, 0.26, 0.49, 0.51, 0.76))
    failures: list[ErrorType] = []
    for _ in range(4):
        with pytest.raises(ModelRequestError) as raised:
            await model.request(_request(faults))
        failures.append(raised.value.type)
    assert failures == [ErrorType.TIMEOUT, ErrorType.TIMEOUT, ErrorType.RATE_LIMIT, ErrorType.RATE_LIMIT]
    assert (await model.request(_request(faults))).output in UNUSABLE_OUTPUTS
    assert (await model.request(_request(faults))).output not in UNUSABLE_OUTPUTS


@pytest.mark.parametrize("error_type", list(ErrorType))
async def test_every_error_type_can_be_asked_for(error_type: ErrorType) -> None:
    with pytest.raises(ModelRequestError) as raised:
        await SandboxModel(_drawn(0.999)).request(_request(SandboxFaults(error_rates={error_type: 1})))
    assert raised.value.type is error_type
    assert "sandbox" in raised.value.failure.message


async def test_a_step_that_is_tried_again_draws_again() -> None:
    model = SandboxModel(random.Random(7).random)  # noqa: S311 - no secret hangs on it
    faults = SandboxFaults(error_rates={ErrorType.UNKNOWN: 0.5})
    succeeded = 0
    for _ in range(40):
        try:
            await model.request(_request(faults))
        except ModelRequestError:
            continue
        succeeded += 1
    assert 10 < succeeded < 30


@pytest.mark.parametrize("output", UNUSABLE_OUTPUTS)
def test_an_unusable_output_fits_no_schema_or_is_a_placeholder(output: str) -> None:
    for schema in (Outline, *type_of_block.values()):
        try:
            schema.model_validate_json(output)
        except ValidationError:
            continue
        assert find_placeholders(output, "", "en")


async def test_latency_is_waited_for() -> None:
    began = time.perf_counter()
    await SandboxModel().request(_request(SandboxFaults(latency_ms=60)))
    assert time.perf_counter() - began >= 0.06


async def test_an_answer_that_is_too_long_is_an_error_never_a_part() -> None:
    with pytest.raises(ModelRequestError) as raised:
        await SandboxModel().request(_request(max_tokens=10))
    assert raised.value.type is ErrorType.VALIDATION_ERROR
    assert raised.value.usage is not None


@pytest.mark.parametrize(
    "brief",
    [
        Brief(text="<script>alert(1)</script>"),
        Brief(text="Lorem ipsum dolor sit amet."),
        Brief(text="Cheap bread.", avoid=("cheap",)),
    ],
)
async def test_a_brief_of_which_nothing_may_be_printed_is_refused(brief: Brief) -> None:
    with pytest.raises(ModelRequestError) as raised:
        await SandboxModel().request(ModelRequest(OutlineTask(brief=brief, language="en"), 4_000))
    assert raised.value.type is ErrorType.MODEL_ERROR


async def test_a_section_without_any_fact_is_refused() -> None:
    hero = SectionPlan(type=BlockType.HERO, anchor="top", heading="Harbour Bakery")
    quotes = SectionPlan(type=BlockType.TESTIMONIALS, anchor="quotes", heading="What people say")
    outline = Outline(
        title="Harbour Bakery",
        slug="harbour-bakery",
        language="en",
        seo=Seo(title="Harbour Bakery", description="Bread"),
        sections=(hero, quotes),
    )
    task = SectionTask(brief=_BRIEF, language="en", outline=outline, plan=quotes)
    with pytest.raises(ModelRequestError) as raised:
        await SandboxModel().request(ModelRequest(task, 4_000))
    assert raised.value.type is ErrorType.MODEL_ERROR

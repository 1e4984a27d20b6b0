"""What a vendor says it counted, believed as far as it can be."""

from datetime import timedelta

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import RequestUsage

from domain.brief import Brief
from domain.call import Usage
from domain.task import OutlineTask
from providers.model import ModelRequest
from providers.prices import Prices
from providers.vendor import VendorModel

REQUEST = ModelRequest(OutlineTask(brief=Brief(text="Bread"), language="en"), max_tokens=100)


def model_that_reports(usage: RequestUsage) -> VendorModel:
    async def answer(_messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=[TextPart("{}")], usage=usage)

    return VendorModel("openai:gpt-6-luna", FunctionModel(answer), Prices({}), timedelta(seconds=5))


async def test_what_a_vendor_counted_is_priced() -> None:
    response = await model_that_reports(RequestUsage(input_tokens=1_000, output_tokens=200)).request(REQUEST)
    assert response.usage == Usage(prompt_tokens=1_000, completion_tokens=200)
    assert response.cost is not None
    assert response.cost > 0


@pytest.mark.parametrize(
    "usage",
    [
        RequestUsage(input_tokens=-5, output_tokens=200),
        RequestUsage(input_tokens=1_000, output_tokens=2**31),
        RequestUsage(input_tokens=10**30, output_tokens=1),
        RequestUsage(input_tokens=1_000, output_tokens=200, cache_read_tokens=-1),
    ],
)
async def test_counts_that_cannot_be_are_unknown_and_so_is_their_cost(usage: RequestUsage) -> None:
    response = await model_that_reports(usage).request(REQUEST)
    assert (response.usage, response.cost) == (Usage(), None)

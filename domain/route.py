"""Which models a step asks, in which order."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

ModelName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}:[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$", max_length=160)
]
"""`provider:model`, for example `openai:gpt-5-mini`."""

SANDBOX_PROVIDER: Final = "sandbox"
SANDBOX_MODEL: Final[ModelName] = "sandbox:template"


def _without_repeats(models: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(models)) != len(models):
        message = "a route names each model once"
        raise ValueError(message)
    return models


Route = Annotated[
    tuple[ModelName, ...],
    Field(min_length=1, max_length=8, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_without_repeats),
]
"""Models in the order they are tried."""


def provider_of(model: ModelName) -> str:
    """Return the provider's name in `provider:model`."""
    return model.partition(":")[0]


def bare_name(model: ModelName) -> str:
    """Return the model's name as its vendor spells it."""
    return model.partition(":")[2]

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.route import SANDBOX_MODEL, SANDBOX_PROVIDER, ModelName, Route, bare_name, provider_of

name_of_model = TypeAdapter[str](ModelName)
route = TypeAdapter[tuple[str, ...]](Route)


@given(
    provider=st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True),
    model=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", fullmatch=True),
)
def test_a_name_is_taken_apart_into_what_it_was_made_of(provider: str, model: str) -> None:
    name = name_of_model.validate_python(f"{provider}:{model}")
    assert (provider_of(name), bare_name(name)) == (provider, model)


def test_a_model_name_may_hold_colons_of_its_own() -> None:
    assert bare_name("openai-compatible:llama3:8b") == "llama3:8b"


def test_the_sandbox_model_belongs_to_the_sandbox_provider() -> None:
    assert provider_of(SANDBOX_MODEL) == SANDBOX_PROVIDER


@pytest.mark.parametrize(
    "name", ["", "gpt", ":gpt", "openai:", "OpenAI:gpt", "openai: gpt", "openai:gpt\n", "a:" + "b" * 129]
)
def test_what_is_no_provider_and_model_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        name_of_model.validate_python(name)


@pytest.mark.parametrize("models", [(), ("a:b", "a:b"), tuple(f"a:{number}" for number in range(9))])
def test_a_route_names_one_to_eight_models_once_each(models: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        route.validate_python(models)


def test_a_route_keeps_its_order() -> None:
    assert route.validate_python(["b:1", "a:2"]) == ("b:1", "a:2")

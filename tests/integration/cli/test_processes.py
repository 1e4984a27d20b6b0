"""The API and the worker started by themselves: what keeps them from working is told in one message."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from storage.schema import upgrade
from tests.programs import pagewright, refusal

Environment = dict[str, str]


@pytest.fixture
async def environment(tmp_path: Path, free_port: Callable[[], int]) -> Environment:
    """Settings of an installation whose database is up to date."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEWRIGHT_", "TEMPORAL_"))}
    own = kept | {"PAGEWRIGHT_DATA_DIR": str(tmp_path), "PAGEWRIGHT_API_PORT": str(free_port())}
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}")
    await upgrade(database)
    await database.close()
    return own


def test_an_api_whose_port_is_taken_names_the_setting(environment: Environment) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PAGEWRIGHT_API_PORT"])))
        taken.listen(1)
        told = refusal(pagewright("api", environment=environment))
    assert environment["PAGEWRIGHT_API_PORT"] in told
    assert "PAGEWRIGHT_API_PORT" in told


def test_an_api_beyond_this_machine_asks_for_a_token(environment: Environment) -> None:
    beyond = environment | {"PAGEWRIGHT_API_HOST": "192.0.2.7"}
    assert "PAGEWRIGHT_TOKEN" in refusal(pagewright("api", environment=beyond))


@pytest.mark.parametrize("verb", ["api", "worker"])
def test_a_data_directory_that_cannot_be_written_is_named(environment: Environment, verb: str) -> None:
    told = refusal(pagewright(verb, environment=environment | {"PAGEWRIGHT_DATA_DIR": "/proc/pagewright"}))
    assert "/proc/pagewright is not writable" in told
    assert "PAGEWRIGHT_DATA_DIR" in told


def test_a_database_nobody_serves_is_named_without_its_password(
    environment: Environment, free_port: Callable[[], int]
) -> None:
    url = f"postgresql+asyncpg://pages:secret@127.0.0.1:{free_port()}/pages"
    told = refusal(pagewright("worker", environment=environment | {"PAGEWRIGHT_DATABASE_URL": url}))
    assert "cannot be opened" in told
    assert "PAGEWRIGHT_DATABASE_URL" in told
    assert "secret" not in told


@pytest.mark.parametrize("verb", ["api", "worker"])
def test_a_model_without_its_key_names_what_to_set(environment: Environment, verb: str) -> None:
    without = {name: value for name, value in environment.items() if name != "OPENAI_API_KEY"}
    told = refusal(pagewright(verb, environment=without | {"PAGEWRIGHT_MODELS": "openai:gpt-6-luna"}))
    assert "OPENAI_API_KEY" in told


def test_a_namespace_there_is_not_sends_to_the_doctor(environment: Environment, temporal_server: str) -> None:
    named = environment | {"TEMPORAL_ADDRESS": temporal_server, "TEMPORAL_NAMESPACE": "nowhere"}
    told = refusal(pagewright("worker", environment=named))
    assert "nowhere" in told
    assert "pagewright doctor" in told

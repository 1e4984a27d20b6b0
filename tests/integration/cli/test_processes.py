"""The API and the worker started by themselves: what keeps them from working is told in one message."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from storage.schema import upgrade

Environment = dict[str, str]


def pagewright(environment: Environment, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  our own command line
        [sys.executable, "-m", "cli.main", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_told(ended: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert ended.returncode == 1
    assert ended.stderr.count("Error: ") == 1
    assert "Traceback" not in ended.stderr
    for word in words:
        assert word in ended.stderr


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
        ended = pagewright(environment, "api")
    assert_told(ended, environment["PAGEWRIGHT_API_PORT"], "PAGEWRIGHT_API_PORT")


def test_an_api_beyond_this_machine_asks_for_a_token(environment: Environment) -> None:
    assert_told(pagewright(environment | {"PAGEWRIGHT_API_HOST": "0.0.0.0"}, "api"), "PAGEWRIGHT_TOKEN")  # noqa: S104  refused


@pytest.mark.parametrize("verb", ["api", "worker"])
def test_a_data_directory_that_cannot_be_written_is_named(environment: Environment, verb: str) -> None:
    ended = pagewright(environment | {"PAGEWRIGHT_DATA_DIR": "/proc/pagewright"}, verb)
    assert_told(ended, "/proc/pagewright is not writable", "PAGEWRIGHT_DATA_DIR")


def test_a_database_nobody_serves_is_named_without_its_password(
    environment: Environment, free_port: Callable[[], int]
) -> None:
    url = f"postgresql+asyncpg://pages:secret@127.0.0.1:{free_port()}/pages"
    ended = pagewright(environment | {"PAGEWRIGHT_DATABASE_URL": url}, "worker")
    assert_told(ended, "cannot be opened", "PAGEWRIGHT_DATABASE_URL")
    assert "secret" not in ended.stderr


@pytest.mark.parametrize("verb", ["api", "worker"])
def test_a_model_without_its_key_names_what_to_set(environment: Environment, verb: str) -> None:
    without = {name: value for name, value in environment.items() if name != "OPENAI_API_KEY"}
    assert_told(pagewright(without | {"PAGEWRIGHT_MODELS": "openai:gpt-6-luna"}, verb), "OPENAI_API_KEY")


def test_a_namespace_there_is_not_sends_to_the_doctor(environment: Environment, temporal_server: str) -> None:
    named = environment | {"TEMPORAL_ADDRESS": temporal_server, "TEMPORAL_NAMESPACE": "nowhere"}
    assert_told(pagewright(named, "worker"), "nowhere", "pagewright doctor")

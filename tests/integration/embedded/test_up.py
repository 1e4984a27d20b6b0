"""What `pagewright up` says when it cannot start: one message, what mends it, and an exit code that is not 0."""

import os
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from embedded.data_directory import open_data_directory
from tests.programs import Ended, pagewright, refusal

Environment = dict[str, str]
NO_INTERNET = {"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}


def up(environment: Environment) -> Ended:
    return pagewright("up", environment=environment, seconds=100)


def test_no_way_to_get_the_binary_lists_them_all_at_once(environment: Environment, tmp_path: Path) -> None:
    started = time.monotonic()
    told = refusal(up(environment | NO_INTERNET | {"PATH": str(tmp_path)}))
    assert time.monotonic() - started < 60
    for way in ("could not be downloaded", "no `go` on PATH", "PAGEWRIGHT_TEMPORAL_CLI", "`temporal` is on PATH"):
        assert way in told


def test_a_chosen_binary_that_is_not_there_is_named(environment: Environment) -> None:
    told = refusal(up(environment | {"PAGEWRIGHT_TEMPORAL_CLI": "/no/such/temporal"}))
    assert "/no/such/temporal cannot be run" in told
    assert "PAGEWRIGHT_TEMPORAL_CLI" in told


@pytest.mark.parametrize(
    "setting",
    [
        "PAGEWRIGHT_API_PORT",
        "PAGEWRIGHT_TEMPORAL_PORT",
        "PAGEWRIGHT_TEMPORAL_UI_PORT",
        "PAGEWRIGHT_TEMPORAL_METRICS_PORT",
        "PAGEWRIGHT_WORKER_METRICS_PORT",
    ],
)
def test_a_taken_port_names_its_setting(environment: Environment, setting: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment[setting])))
        taken.listen(1)
        told = refusal(up(environment))
    assert f"Port {environment[setting]}" in told
    assert setting in told


def test_a_data_directory_that_cannot_be_written_is_named(environment: Environment) -> None:
    told = refusal(up(environment | {"PAGEWRIGHT_DATA_DIR": "/proc/pagewright"}))
    assert "/proc/pagewright is not writable" in told
    assert "PAGEWRIGHT_DATA_DIR" in told


def test_a_data_directory_of_another_stack_names_its_process(environment: Environment) -> None:
    with open_data_directory(Path(environment["PAGEWRIGHT_DATA_DIR"])).locked():
        told = refusal(up(environment))
    assert f"process {os.getpid()}" in told
    assert "PAGEWRIGHT_DATA_DIR" in told


def test_a_setting_that_cannot_be_read_is_named(environment: Environment) -> None:
    assert "PAGEWRIGHT_API_PORT" in refusal(up(environment | {"PAGEWRIGHT_API_PORT": "three"}))


def test_a_database_of_a_newer_version_is_left_alone(environment: Environment, temporal_binary: Path) -> None:
    directory = open_data_directory(Path(environment["PAGEWRIGHT_DATA_DIR"]))
    with sqlite3.connect(directory.database) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    told = refusal(up(environment | {"PAGEWRIGHT_TEMPORAL_CLI": str(temporal_binary)}))
    for word in ("9999", "newer", "PAGEWRIGHT_DATA_DIR"):
        assert word in told

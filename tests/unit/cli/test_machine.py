import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.guards.signing_key import SigningKeyFile, signing_keys_path
from cli.checks.finding import Health
from cli.checks.machine import (
    check_binary,
    check_data_directory,
    check_database,
    check_keys,
    check_ports,
    check_signing_keys,
    check_stack,
)
from embedded.data_directory import open_data_directory
from embedded.schema import upgrade_schema
from settings import Settings, VendorSettings

FreePort = Callable[[], int]


@pytest.fixture
def settings(tmp_path: Path, free_port: FreePort) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        api_port=free_port(),
        temporal_port=free_port(),
        temporal_ui_port=free_port(),
        temporal_metrics_port=free_port(),
        worker_metrics_port=free_port(),
    )


def test_a_data_directory_that_others_can_read_is_worth_a_note(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.data_dir.chmod(0o755)
    finding, _ = check_data_directory(settings)
    assert finding.health is Health.NOTE
    assert finding.remedy == f"Run `chmod 700 {settings.data_dir}`."


def test_a_data_directory_that_cannot_be_written_is_broken() -> None:
    finding, directory = check_data_directory(Settings(data_dir=Path("/proc/pagewright")))
    assert finding.health is Health.BROKEN
    assert "PAGEWRIGHT_DATA_DIR" in finding.remedy
    assert directory is None


def test_secrets_that_others_can_read_are_worth_a_note_and_a_broken_file_is_broken(settings: Settings) -> None:
    assert "owner" in check_signing_keys(settings).detail
    file = SigningKeyFile(signing_keys_path(settings))
    with file.changing() as keys:
        file.write(keys.rotated(datetime.now(UTC), None))
    assert check_signing_keys(settings).health is Health.OK
    file.path.chmod(0o644)
    assert check_signing_keys(settings).remedy == f"Run `chmod 600 {file.path}`."
    file.path.write_text("?")
    assert check_signing_keys(settings).health is Health.BROKEN


def test_a_running_stack_is_told_from_none(settings: Settings) -> None:
    directory = open_data_directory(settings.data_dir)
    assert check_stack(directory)[1] is False
    with directory.locked():
        finding, runs = check_stack(directory)
    assert runs
    assert "process" in finding.detail


def test_a_port_of_another_program_is_broken_and_of_our_stack_is_not(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.api_port))
        taken.listen(1)
        by_another = {finding.part: finding for finding in check_ports(settings, stack_runs=False)}
        by_us = {finding.part: finding for finding in check_ports(settings, stack_runs=True)}
    api, temporal = f"Port {settings.api_port}", f"Port {settings.temporal_port}"
    assert by_another[api].health is Health.BROKEN
    assert "PAGEWRIGHT_API_PORT" in by_another[api].remedy
    assert by_another[temporal].health is Health.OK
    assert by_us[api].health is Health.OK
    assert by_us[temporal].health is Health.BROKEN


async def test_a_missing_binary_names_the_command_that_gets_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    finding = await check_binary(settings)
    assert finding.health is Health.BROKEN
    assert finding.remedy == "Run `make temporal`."


async def test_a_database_is_new_then_current(settings: Settings) -> None:
    assert (await check_database(settings)).health is Health.NOTE
    await upgrade_schema(settings)
    assert (await check_database(settings)).health is Health.OK


async def test_a_database_that_does_not_answer_is_broken_and_hides_its_password(
    settings: Settings, free_port: FreePort
) -> None:
    url = f"postgresql+asyncpg://owner:secret-word@127.0.0.1:{free_port()}/pages"
    finding = await check_database(settings.model_copy(update={"database_url": url}))
    assert finding.health is Health.BROKEN
    assert "secret-word" not in finding.detail + finding.remedy


def test_keys_are_named_and_never_shown() -> None:
    finding = check_keys(VendorSettings(openai_api_key=SecretStr("sk-word"), google_api_key=SecretStr("word")))
    assert finding.detail == "set for openai, google"
    assert "word" not in finding.detail + finding.remedy


def test_without_keys_it_says_that_pages_are_not_ai() -> None:
    vendors = VendorSettings(
        openai_api_key=None, anthropic_api_key=None, google_api_key=None, openai_compatible_api_key=None
    )
    finding = check_keys(vendors)
    assert finding.health is Health.NOTE
    assert "not from AI" in finding.detail
    assert "OPENAI_API_KEY" in finding.remedy

"""Keys on the command line, and what doctor says of them."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from api.guards.machine import Operator
from cli.checks.encryption import check_encryption
from cli.checks.finding import Health
from cli.errors import UserError
from cli.main import assemble
from domain.ids import OWNER_TENANT
from embedded.schema import current_database, upgrade_schema
from settings import Settings
from storage.audit import AuditFilter, AuditRecordRow
from workflows.encryption import new_key
from workflows.key_file import add_key, read_keys

HOME = "127.0.0.1"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAGEWRIGHT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")
    return tmp_path / "data"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(assemble({"encryption"}), ["encryption", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_first_rotation_turns_encryption_on_and_each_adds_a_key(directory: Path) -> None:
    assert "in clear" in run("list")
    run("rotate")
    run("rotate")
    keys = read_keys(directory / "encryption.keys")
    assert len(keys) == 2
    listed = run("list")
    assert [line.split()[0] for line in listed.splitlines()[1:]] == [key.id for key in keys]
    assert listed.splitlines()[-1].endswith("reads and writes")
    assert [key.id for key in keys if key.spelled().partition(":")[2] in listed] == []


def test_keys_in_the_environment_are_not_written_behind_its_back(
    monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_ENCRYPTION_KEYS", new_key("given").spelled())
    assert "given" in run("list")
    with pytest.raises(UserError, match="PAGEWRIGHT_ENCRYPTION_KEYS"):
        run("rotate")
    assert not directory.exists()


@pytest.mark.parametrize(
    ("temporal", "api", "health"),
    [
        (None, HOME, Health.NOTE),
        ("localhost:7233", HOME, Health.NOTE),
        ("[::1]:7233", HOME, Health.NOTE),
        ("temporal.example.com:7233", HOME, Health.BROKEN),
        ("192.0.2.1:7233", HOME, Health.BROKEN),
        (None, "0.0.0.0", Health.BROKEN),  # noqa: S104  what has to be found
    ],
)
def test_doctor_demands_keys_where_others_can_reach_what_holds_briefs(
    temporal: str | None, api: str, health: Health, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if temporal is not None:
        monkeypatch.setenv("TEMPORAL_ADDRESS", temporal)
    settings = Settings(data_dir=directory, api_host=api)
    without = check_encryption(settings)
    assert without.health is health
    assert "encryption rotate" in without.remedy
    given = settings.model_copy(update={"encryption_keys": SecretStr(new_key("given").spelled())})
    assert check_encryption(given).health is Health.OK


def test_doctor_says_when_others_can_read_the_keys(directory: Path) -> None:
    directory.mkdir()
    file = directory / "encryption.keys"
    add_key(file, new_key("mine"))
    file.chmod(0o644)
    finding = check_encryption(Settings(data_dir=directory))
    assert finding.health is Health.BROKEN
    assert "chmod 600" in finding.detail


def test_a_rotation_is_in_the_audit_trail_without_the_key(directory: Path) -> None:
    assert "no database yet" in run("rotate"), "the first key is made before there is one"
    settings = Settings(data_dir=directory)
    asyncio.run(upgrade_schema(settings))
    run("rotate")
    (record,) = asyncio.run(_records(settings))
    keys = read_keys(directory / "encryption.keys")
    assert (record.method, record.route, record.target) == ("CLI", "pagewright encryption rotate", keys[1].id)
    assert record.before == {"keys": [keys[0].id]}
    assert record.after == {"keys": [key.id for key in keys]}
    assert (record.user, record.address) == (Operator.here().user, Operator.here().address)
    assert [key.id for key in keys if key.spelled().partition(":")[2] in record.model_dump_json()] == []


async def _records(settings: Settings) -> list[AuditRecordRow]:
    async with current_database(settings) as database, database.read() as uow:
        return await uow.audit.newest(OWNER_TENANT, AuditFilter(), before=None, limit=9)

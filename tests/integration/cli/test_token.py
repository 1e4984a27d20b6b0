"""`pagewright token` on this machine's database and secrets; no API is up."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.guards.bearer import is_signed
from domain.access import EVERY_SCOPE
from tests.integration.cli.conftest import Pagewright


@pytest.fixture
def machine(pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a data directory with a database that is up to date."""
    directory = tmp_path / "data"
    monkeypatch.setenv("PAGEWRIGHT_DATA_DIR", str(directory))
    assert pagewright("db", "upgrade").code == 0
    return directory


def listed(pagewright: Pagewright, *options: str) -> list[dict[str, Any]]:
    done = pagewright("token", "list", "--json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)["tokens"]


def test_a_token_is_printed_once_and_kept_nowhere(pagewright: Pagewright, machine: Path) -> None:
    done = pagewright("token", "mint", "--scopes", "jobs.read,usage.read", "--tenant", "acme", "--user", "ann")
    assert done.code == 0, done.err
    token = done.out.strip()
    assert is_signed(token)
    assert token not in done.err
    [row] = listed(pagewright)
    assert row["id"] in done.err
    assert (row["tenant"], row["user"], row["status"]) == ("acme", "ann", "valid")
    assert row["scopes"] == ["jobs.read", "usage.read"]
    signature = token.rpartition(".")[2]
    for file in machine.glob("*"):
        assert file.is_dir() or signature.encode() not in file.read_bytes(), file
    assert (machine / "signing-keys.json").stat().st_mode & 0o777 == 0o600


def test_scripts_get_json(pagewright: Pagewright, machine: Path) -> None:
    assert machine.exists()
    done = pagewright("token", "mint", "--scopes", "all", "--name", "nightly", "--expires", "12h", "--json")
    made = json.loads(done.out)
    assert is_signed(made.pop("token"))
    assert made == listed(pagewright)[0]
    assert frozenset(made["scopes"]) == EVERY_SCOPE
    assert made["name"] == "nightly"
    assert listed(pagewright, "--tenant", "acme") == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--scopes", "jobs.reed"], "jobs.reed"),
        (["--scopes", ","], "--scopes"),
        ([], "--scopes"),
        (["--scopes", "all", "--tenant", "a" * 65], "--tenant"),
        (["--scopes", "all", "--tenant", "Acme Ltd"], "--tenant"),
        (["--scopes", "all", "--user", "ann smith"], "--user"),
        (["--scopes", "all", "--expires", "0d"], "--expires"),
        (["--scopes", "all", "--expires", "11000d"], "--expires"),
        (["--scopes", "all", "--expires", "soon"], "--expires"),
    ],
)
def test_what_cannot_be_minted_is_named(pagewright: Pagewright, machine: Path, options: list[str], named: str) -> None:
    done = pagewright("token", "mint", *options)
    assert done.code != 0
    assert named in done.err
    assert not (machine / "signing-keys.json").exists()


def test_a_revoked_token_is_listed_as_such(pagewright: Pagewright, machine: Path) -> None:
    assert machine.exists()
    name = json.loads(pagewright("token", "mint", "--scopes", "all", "--json").out)["id"]
    asked = pagewright("token", "revoke", name)
    assert asked.code == 1
    assert "--yes" in asked.err
    assert listed(pagewright)[0]["status"] == "valid"
    done = pagewright("token", "revoke", name, "--yes")
    assert (done.code, done.out.strip()) == (0, f"{name} of owner (owner) is revoked.")
    assert listed(pagewright)[0]["status"] == "revoked"
    assert "✗ revoked" in pagewright("token", "list").out
    unknown = pagewright("token", "revoke", "tok_unheard-of", "--yes")
    assert unknown.code == 1
    assert "pagewright token list" in unknown.err


def test_a_rotation_keeps_the_old_secret_until_it_is_dropped(pagewright: Pagewright, machine: Path) -> None:
    assert machine.exists()
    old = json.loads(pagewright("token", "mint", "--scopes", "all", "--json").out)
    rotated = json.loads(pagewright("token", "rotate-secret", "--keep", "12h", "--json").out)
    assert [key["kid"] for key in rotated["keys"]] == [rotated["signs"], old["keyId"]]
    assert rotated["keys"][1]["validUntil"] is not None
    new = json.loads(pagewright("token", "mint", "--scopes", "all", "--json").out)
    assert new["keyId"] == rotated["signs"] != old["keyId"]
    assert {row["status"] for row in listed(pagewright)} == {"valid"}
    for drops in (["--drop-old"], ["--keep", "0s"]):
        refused = pagewright("token", "rotate-secret", *drops)
        assert refused.code == 1
        assert "--yes" in refused.err
    assert pagewright("token", "rotate-secret", "--drop-old", "--yes").code == 0
    assert [row["status"] for row in listed(pagewright)] == ["valid", "retired"]
    assert "signs from now on" in pagewright("token", "rotate-secret").out
    both = pagewright("token", "rotate-secret", "--drop-old", "--keep", "1d", "--yes")
    assert both.code == 1


def test_secrets_that_cannot_be_used_are_told_in_one_message(pagewright: Pagewright, machine: Path) -> None:
    (machine / "signing-keys.json").write_text("{}}")
    done = pagewright("token", "mint", "--scopes", "all")
    assert done.code == 1
    assert "signing-keys.json" in done.err
    assert "PAGEWRIGHT_SIGNING_KEYS_FILE" in done.err


def test_a_database_that_is_not_there_yet_is_told(
    pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_DATA_DIR", str(tmp_path / "new"))
    done = pagewright("token", "list")
    assert done.code == 1
    assert "pagewright db upgrade" in done.err


@pytest.mark.parametrize("verb", ["api", "up"])
def test_a_minted_token_is_not_taken_for_the_owner_s(
    pagewright: Pagewright, machine: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    assert machine.exists()
    token = pagewright("token", "mint", "--scopes", "jobs.read").out.strip()
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", token)
    done = pagewright(verb)
    assert done.code == 1
    assert "PAGEWRIGHT_TOKEN holds a minted token" in done.err
    assert token not in done.err

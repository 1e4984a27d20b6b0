from pathlib import Path

import jwt
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.guards.security import OpenDoorError, hosts_of
from settings import Settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "pages.example.com"])  # noqa: S104  what is refused
def test_a_bind_beyond_this_machine_needs_a_token_somebody_chose(tmp_path: Path, host: str) -> None:
    with pytest.raises(OpenDoorError, match="PAGEWRIGHT_TOKEN"):
        create_app(Settings(data_dir=tmp_path, api_host=host))
    with_token = Settings(data_dir=tmp_path, api_host=host, token=SecretStr("a long secret"))
    with_secret = Settings(data_dir=tmp_path, api_host=host, signing_keys_file=tmp_path / "keys.json")
    for settings in (with_token, with_secret):
        assert create_app(settings).state.settings is settings


def test_a_minted_token_is_not_taken_for_the_owner_s(tmp_path: Path) -> None:
    minted = jwt.encode({"scope": "jobs.read"}, "s" * 32, "HS256", headers={"kid": "key_1"})
    with pytest.raises(OpenDoorError, match="minted") as caught:
        create_app(Settings(data_dir=tmp_path, token=SecretStr(minted)))
    assert minted not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost", "LocalHost"])
def test_a_bind_on_this_machine_needs_none(tmp_path: Path, host: str) -> None:
    settings = Settings(data_dir=tmp_path, api_host=host)
    assert create_app(settings).state.settings is settings


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({}, set[str]()),
        ({"public_url": "https://Pages.example.com:8443/x"}, {"pages.example.com"}),
        ({"api_host": "192.0.2.7"}, {"192.0.2.7"}),
        ({"api_host": "0.0.0.0"}, set[str]()),  # noqa: S104  a wildcard is no name
        ({"allowed_hosts": ("Pages.example.com:443", "[2001:db8::1]:80")}, {"pages.example.com", "2001:db8::1"}),
    ],
)
def test_the_api_answers_to_loopback_and_what_was_set(given: dict[str, object], more: set[str]) -> None:
    assert hosts_of(Settings.model_validate(given)) == LOOPBACK | more


def test_the_owner_s_token_is_made_where_none_was_set(tmp_path: Path) -> None:
    create_app(Settings(data_dir=tmp_path))
    token = tmp_path / "owner.token"
    assert len(token.read_text().strip()) >= 32
    assert token.stat().st_mode & 0o777 == 0o600

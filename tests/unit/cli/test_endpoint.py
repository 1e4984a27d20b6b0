from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.client.endpoint import Endpoint, endpoint
from cli.errors import UserError
from settings import Settings


def test_the_api_of_this_machine_is_meant_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "owner.token").write_text("made-at-first-start\n")
    to = endpoint(Settings(data_dir=tmp_path, api_port=3456))
    assert to == Endpoint("http://127.0.0.1:3456", "made-at-first-start")


def test_the_environment_names_another_api_and_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_URL", "https://pages.example.com/")
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", "secret")
    to = endpoint(Settings(data_dir=tmp_path))
    assert to == Endpoint("https://pages.example.com", "secret")
    assert not to.is_local
    assert "secret" not in repr(to)


@pytest.mark.parametrize("url", ["127.0.0.1:3000", "ftp://pages.example.com", "http://"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(UserError, match="PAGEWRIGHT_URL"):
        endpoint(Settings(url=url, token=SecretStr("secret")))


def test_a_missing_token_names_the_file_and_the_way_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"owner\.token does not exist") as raised:
        endpoint(Settings(data_dir=tmp_path))
    assert "pagewright up" in raised.value.hint

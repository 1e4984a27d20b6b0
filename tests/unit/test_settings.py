"""Settings as they are read from the environment."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from settings import PriceOverride, Settings, VendorSettings


def test_lists_are_split_on_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_MODELS", "openai:one, anthropic:two,")
    monkeypatch.setenv("PAGEWRIGHT_DEFAULT_ROUTE", "openai:one")
    monkeypatch.setenv("PAGEWRIGHT_ALLOWED_HOSTS", "pages.example.com, example.org")

    settings = Settings()

    assert settings.models == ("openai:one", "anthropic:two")
    assert settings.default_route == ("openai:one",)
    assert settings.allowed_hosts == ("pages.example.com", "example.org")


@pytest.mark.parametrize("variable", ["PAGEWRIGHT_MODELS", "PAGEWRIGHT_DEFAULT_ROUTE", "PAGEWRIGHT_ALLOWED_HOSTS"])
def test_an_empty_variable_is_like_none(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "")

    settings = Settings()

    assert (settings.models, settings.default_route, settings.allowed_hosts) == (None, None, None)


@pytest.mark.parametrize("route", ["not a model", "openai:one,openai:one", ","])
def test_a_route_that_cannot_be_tried_is_refused(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_DEFAULT_ROUTE", route)

    with pytest.raises(ValidationError, match="default_route"):
        Settings()


def test_prices_and_timeouts_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_PRICE_OVERRIDES", '{"openai:one": {"prompt": "0.5", "completion": 2}}')
    monkeypatch.setenv("PAGEWRIGHT_MODEL_TIMEOUTS", '{"openai:one": 3}')

    settings = Settings()

    assert settings.price_overrides == {"openai:one": PriceOverride(prompt=Decimal("0.5"), completion=Decimal(2))}
    assert settings.model_timeouts == {"openai:one": timedelta(seconds=3)}


def test_a_price_is_not_completed_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLETION", "9")

    with pytest.raises(ValidationError, match="completion"):
        PriceOverride.model_validate({"prompt": 1})


@pytest.mark.parametrize("variable", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_google_has_two_names_for_its_key(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.setenv(variable, "k")

    key = VendorSettings().google_api_key

    assert key is not None
    assert key.get_secret_value() == "k"


@pytest.mark.parametrize("spelled", ["90", "90.0", "0:01:30", "PT90S"])
def test_a_duration_is_seconds_clock_time_or_iso(spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_JOB_DEADLINE", spelled)
    assert Settings().job_deadline == timedelta(seconds=90)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///pages.db", "mysql://user:secret@127.0.0.1/pages"])
def test_a_database_we_do_not_work_with_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWRIGHT_DATABASE_URL", url)

    with pytest.raises(ValidationError, match=r"postgresql\+asyncpg://") as error:
        Settings()

    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("bound", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104  what is told apart
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("pages.example.com", "http://pages.example.com:8000"),
    ],
)
def test_this_machine_reaches_its_api_wherever_it_is_bound(bound: str, url: str) -> None:
    assert Settings(api_host=bound, api_port=8000).local_api_url == url


@pytest.mark.parametrize(
    ("url", "is_elsewhere"),
    [
        (None, False),
        ("http://127.0.0.1:3000", False),
        ("http://localhost:3000/", False),
        ("http://[::1]:3000", False),
        ("http://127.0.0.1:3001", True),
        ("https://pages.example.com", True),
        ("http://pages.example.com:3000", True),
    ],
)
def test_an_api_is_elsewhere_unless_it_is_the_one_of_these_settings(url: str | None, *, is_elsewhere: bool) -> None:
    assert Settings(url=url).speaks_elsewhere is is_elsewhere


def test_what_no_variable_sets_is_read_from_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"pagewright_token": "from a file\n", "openai_api_key": "key", "pagewright_tries": "7"}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("PAGEWRIGHT_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PAGEWRIGHT_TRIES", "2")

    settings = Settings()

    assert (settings.token, settings.vendors.openai_api_key) == (SecretStr("from a file"), SecretStr("key"))
    assert settings.tries == 2


def test_an_empty_file_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "anthropic_api_key").write_text("\n")
    monkeypatch.setenv("PAGEWRIGHT_SECRETS_DIR", str(tmp_path))
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)

    assert VendorSettings().anthropic_api_key is None


def test_a_folder_of_secrets_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWRIGHT_SECRETS_DIR", str(tmp_path / "missing"))

    with pytest.raises(ValidationError, match="secrets_dir"):
        Settings()

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from embedded.environment import child_environment, variables_of
from settings import NotificationSettings, Settings, VendorSettings

DATA = Path("/data")
ADDRESS = "127.0.0.1:7233"


def environment_of(settings: Settings, base: dict[str, str] | None = None) -> dict[str, str]:
    return child_environment(base or {}, settings, DATA, ADDRESS)


def test_a_child_reads_the_settings_its_supervisor_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(
        data_dir=DATA,
        api_port=4000,
        token=SecretStr("owner"),
        models=("openai:small", "sandbox:template"),
        model_timeouts={"openai:small": timedelta(seconds=4)},
        max_cost_per_job=Decimal("0.25"),
        shutdown_grace=timedelta(seconds=3),
        vendors=VendorSettings(openai_api_key=SecretStr("key"), google_api_key=SecretStr("other")),
    )
    for name, value in environment_of(given).items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


def test_whom_alerts_are_told_to_is_none_of_a_childs_business() -> None:
    settings = Settings(notifications=NotificationSettings(slack_webhook_url=SecretStr("https://slack.example/x")))
    base = {"SLACK_WEBHOOK_URL": "https://slack.example/x", "PAGEWRIGHT_ALERT_WEBHOOK_URL": "https://hook.example"}
    environment = environment_of(settings, base)
    assert not base.keys() & environment.keys()
    assert not [value for value in environment.values() if "slack" in value]


def test_what_was_emptied_in_code_is_not_read_from_the_environment() -> None:
    settings = Settings(vendors=VendorSettings(google_api_key=None))
    base = {"GOOGLE_API_KEY": "key", "GEMINI_API_KEY": "key", "HOME": "/home/someone"}
    assert environment_of(settings, base).keys() & base.keys() == {"HOME"}


def test_another_temporal_of_the_user_is_left_alone() -> None:
    base = {"TEMPORAL_ADDRESS": "cloud.example:7233", "TEMPORAL_API_KEY": "key", "TEMPORAL_PROFILE": "cloud"}
    environment = environment_of(Settings(), base)
    assert environment["TEMPORAL_ADDRESS"] == ADDRESS
    assert environment["TEMPORAL_NAMESPACE"] == "default"
    assert not environment.keys() & {"TEMPORAL_API_KEY", "TEMPORAL_PROFILE"}


def test_variables_are_named_as_the_settings_read_them() -> None:
    assert variables_of(Settings, "api_port") == ("PAGEWRIGHT_API_PORT",)
    assert variables_of(VendorSettings, "google_api_key") == ("GOOGLE_API_KEY", "GEMINI_API_KEY")

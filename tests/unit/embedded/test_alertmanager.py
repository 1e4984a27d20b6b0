"""What is written for Alertmanager: the services that are set up, and each secret in a file that is its owner's."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr, ValidationError

from embedded.alertmanager import (
    SOURCE,
    alertmanager_command,
    effective_configuration,
    find_alertmanager,
    write_alertmanager,
)
from embedded.errors import StackError
from settings import NotificationSettings

HOOK = "https://hooks.slack.example/general"


def services(settings: NotificationSettings) -> dict[str, set[str]]:
    """Return the kinds of services of each receiver that has any."""
    receivers = effective_configuration(settings, Path("/seen"))["receivers"]
    return {receiver["name"]: receiver.keys() - {"name"} for receiver in receivers if len(receiver) > 1}


def service(settings: NotificationSettings, receiver: str, kind: str) -> dict[str, Any]:
    receivers = effective_configuration(settings, Path("/seen"))["receivers"]
    (found,) = next(one for one in receivers if one["name"] == receiver)[kind]
    return found


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "secrets").iterdir()}


def test_receivers_without_their_secrets_tell_nobody() -> None:
    assert services(NotificationSettings()) == {}
    one = NotificationSettings(slack_info_url=SecretStr(HOOK))
    assert services(one) == {"info": {"slack_configs"}}
    paged = NotificationSettings(pagerduty_routing_key=SecretStr("key"))
    assert services(paged) == {"critical": {"pagerduty_configs"}}
    hooked = NotificationSettings(webhook_url=SecretStr(HOOK), dead_man_url=SecretStr(HOOK))
    assert services(hooked) == {"webhook": {"webhook_configs"}, "dead-man": {"webhook_configs"}}


def test_every_receiver_there_is_can_be_set_up() -> None:
    secret = SecretStr(HOOK)
    settings = NotificationSettings(
        slack_webhook_url=secret,
        pagerduty_routing_key=secret,
        webhook_url=secret,
        dead_man_url=secret,
        email_to="ops@pagewright.example",
    )
    written = yaml.safe_load((SOURCE / "alertmanager.yml").read_text())["receivers"]
    assert services(settings) == {receiver["name"]: receiver.keys() - {"name"} for receiver in written}


def test_a_channel_has_the_webhook_of_its_own_before_the_general_one(tmp_path: Path) -> None:
    settings = NotificationSettings(
        slack_webhook_url=SecretStr(HOOK), slack_worker_url=SecretStr("https://own.example")
    )
    write_alertmanager(settings, tmp_path)
    assert files(tmp_path) == {
        "slack_critical_url": HOOK,
        "slack_warnings_url": HOOK,
        "slack_info_url": HOOK,
        "slack_worker_url": "https://own.example",
    }


def test_secrets_lie_in_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "alertmanager"
    secret = SecretStr("a-secret")
    settings = NotificationSettings(
        slack_webhook_url=secret, pagerduty_routing_key=secret, webhook_url=secret, smtp_password=secret
    )
    write_alertmanager(settings, folder)
    telling = [path for path in folder.rglob("*") if path.is_file() and "a-secret" in path.read_text()]
    assert {path.name for path in telling} > {"pagerduty_routing_key", "smtp_password", "alertmanager.yml"}
    assert {path.stat().st_mode & 0o777 for path in telling} == {0o600}
    assert (folder / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_secret_that_is_no_longer_set_leaves_no_file(tmp_path: Path) -> None:
    write_alertmanager(NotificationSettings(slack_webhook_url=SecretStr(HOOK)), tmp_path)
    write_alertmanager(NotificationSettings(pagerduty_routing_key=SecretStr("key")), tmp_path)
    assert files(tmp_path) == {"pagerduty_routing_key": "key"}


def test_files_are_named_as_alertmanager_sees_them(tmp_path: Path) -> None:
    settings = NotificationSettings(slack_webhook_url=SecretStr(HOOK))
    here = yaml.safe_load(write_alertmanager(settings, tmp_path).read_text())
    assert here["receivers"][0]["slack_configs"][0]["api_url_file"] == str(tmp_path / "secrets" / "slack_critical_url")
    there = yaml.safe_load(write_alertmanager(settings, tmp_path, seen_as=Path("/etc/am")).read_text())
    assert there["receivers"][0]["slack_configs"][0]["api_url_file"] == "/etc/am/secrets/slack_critical_url"


def test_mail_logs_in_only_with_user_and_password() -> None:
    relay = service(NotificationSettings(email_to="ops@one.example,boss@two.example"), "email", "email_configs")
    assert relay["from"] == "ops@one.example"
    assert relay.keys() & {"auth_username", "auth_password_file"} == set()
    settings = NotificationSettings(
        email_to="ops@one.example",
        email_from="alerts@one.example",
        smtp_host="mail.one.example:587",
        smtp_username="alerts",
        smtp_password=SecretStr("password"),
    )
    mail = service(settings, "email", "email_configs")
    assert (mail["from"], mail["smarthost"]) == ("alerts@one.example", "mail.one.example:587")
    assert (mail["auth_username"], mail["auth_password_file"]) == ("alerts", "/seen/secrets/smtp_password")


def test_business_hours_are_those_of_the_settings() -> None:
    settings = NotificationSettings(
        time_zone="Asia/Riyadh", business_days="sunday:wednesday,saturday", business_hours="08:00-16:30"
    )
    (named,) = effective_configuration(settings, Path("/seen"))["time_intervals"]
    assert named["time_intervals"] == [
        {
            "weekdays": ["sunday:wednesday", "saturday"],
            "times": [{"start_time": "08:00", "end_time": "16:30"}],
            "location": "Asia/Riyadh",
        }
    ]


def test_without_settings_business_hours_are_those_that_are_committed() -> None:
    written = yaml.safe_load((SOURCE / "alertmanager.yml").read_text())
    assert effective_configuration(NotificationSettings(), Path("/seen"))["time_intervals"] == written["time_intervals"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"business_hours": "17:00-09:00"},
        {"business_hours": "9-17"},
        {"business_hours": "09:00-24:30"},
        {"business_days": "friday:monday"},
        {"business_days": "weekdays"},
        {"email_to": "ops"},
        {"smtp_host": "mail.example"},
    ],
    ids=str,
)
def test_what_alertmanager_would_not_start_with_is_refused(wrong: dict[str, str]) -> None:
    (field,) = wrong
    with pytest.raises(ValidationError, match=field):
        NotificationSettings.model_validate(wrong)


def test_it_listens_on_loopback_alone_and_keeps_its_data_in_its_folder() -> None:
    command = alertmanager_command(Path("/bin/alertmanager"), Path("/data/alertmanager"), 9093)
    assert command[0] == "/bin/alertmanager"
    assert {
        "--config.file=/data/alertmanager/alertmanager.yml",
        "--storage.path=/data/alertmanager/data",
        "--web.listen-address=127.0.0.1:9093",
        "--web.external-url=http://127.0.0.1:9093",
        "--web.route-prefix=/",
        "--cluster.listen-address=",
    } <= set(command)
    elsewhere = alertmanager_command(
        Path("/bin/alertmanager"), Path("/data"), 9093, "https://alerts.pagewright.example"
    )
    assert "--web.external-url=https://alerts.pagewright.example" in elsewhere


def test_a_machine_without_alertmanager_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError) as refused:
        find_alertmanager()
    assert "apt-get install" in refused.value.hint
    program = tmp_path / "alertmanager"
    program.touch(mode=0o755)
    assert find_alertmanager() == program

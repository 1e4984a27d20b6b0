"""Alertmanager as it is started: what `ops/alertmanager` says, with the receivers whose secrets are set.

For an Alertmanager that runs elsewhere, `python -m embedded.alertmanager FOLDER --seen-as /etc/alertmanager` writes the
folder it is given there.
"""

import argparse
import os
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import SecretStr

from embedded.data_directory import PRIVATE_DIRECTORY
from embedded.errors import StackError
from settings import NotificationSettings, Settings

SOURCE: Final = Path(__file__).parent.parent / "ops" / "alertmanager"

_PRIVATE_FILE: Final = 0o600
_PROGRAMS: Final = ("prometheus-alertmanager", "alertmanager")
_WEBHOOKS: Final = {"webhook": "webhook_url", "dead-man": "dead_man_url"}
"""Secrets that Alertmanager 0.25 takes from no file, by receiver."""

_Part = dict[str, Any]


def find_alertmanager() -> Path:
    """Return Alertmanager's program. Raises StackError where there is none on PATH."""
    for name in _PROGRAMS:
        if program := shutil.which(name):
            return Path(program)
    message = "There is no Alertmanager on PATH."
    raise StackError(message, "Install it: apt-get install prometheus-alertmanager")


def alertmanager_command(program: Path, folder: Path, port: int, url: str | None = None) -> tuple[str, ...]:
    """Return the command that runs what `write_alertmanager` wrote to `folder`: on loopback, alone, its data there.

    `url` is where users reach it, when that is not this machine.
    """
    return (
        str(program),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.external-url={url or f'http://127.0.0.1:{port}'}",
        "--web.route-prefix=/",  # here, whatever path `url` has
        "--cluster.listen-address=",
        "--log.level=warn",
    )


def write_alertmanager(
    notifications: NotificationSettings,
    folder: Path,
    *,
    seen_as: Path | None = None,
    waits: timedelta | None = None,
) -> Path:
    """Write configuration, templates and secrets (mode 600) to `folder`, and return the configuration's path.

    `seen_as` is where Alertmanager finds the folder, when that is elsewhere. `waits` shortens what it waits for more
    alerts of a group, for who wants to see it work.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
    shutil.copytree(SOURCE / "templates", folder / "templates", dirs_exist_ok=True)
    _write_secrets(notifications, folder / "secrets")
    configuration = effective_configuration(notifications, seen_as or folder.absolute(), waits=waits)
    written = folder / "alertmanager.yml"
    _write_private(written, yaml.safe_dump(configuration, sort_keys=False))
    return written


def effective_configuration(
    notifications: NotificationSettings, seen_as: Path, *, waits: timedelta | None = None
) -> _Part:
    """Return the committed configuration as these settings make it, for an Alertmanager that has it in `seen_as`."""
    configuration: _Part = yaml.safe_load((SOURCE / "alertmanager.yml").read_text())
    receivers = _Receivers(notifications, seen_as / "secrets")
    configuration["receivers"] = [receivers.effective(receiver) for receiver in configuration["receivers"]]
    configuration["time_intervals"] = [{"name": "business-hours", "time_intervals": [_business_hours(notifications)]}]
    if waits is not None:
        _shorten(configuration["route"], f"{waits // timedelta(milliseconds=1)}ms")
    return configuration


class _Receivers:
    """Receivers with the services that are set up. One without any is there still, and tells nobody."""

    def __init__(self, notifications: NotificationSettings, folder: Path) -> None:
        self._settings = notifications
        self._secrets = _secrets(notifications)
        self._folder = folder

    def effective(self, receiver: _Part) -> _Part:
        services = {
            "slack_configs": self._slack,
            "pagerduty_configs": self._pagerduty,
            "email_configs": self._email,
            "webhook_configs": partial(self._webhook, _WEBHOOKS.get(receiver["name"], "")),
        }
        kept: _Part = {"name": receiver["name"]}
        for kind, effective in services.items():
            if found := [service for written in receiver.get(kind, ()) if (service := effective(written))]:
                kept[kind] = found
        return kept

    def _slack(self, written: _Part) -> _Part | None:
        return self._with_file(written, "api_url_file")

    def _pagerduty(self, written: _Part) -> _Part | None:
        service = self._with_file(written, "routing_key_file")
        return service and service | ({"url": url} if (url := self._settings.pagerduty_url) else {})

    def _email(self, written: _Part) -> _Part | None:
        ours = self._settings
        if ours.email_to is None:
            return None
        login = {"auth_username": ours.smtp_username} if ours.smtp_username and ours.smtp_password else {}
        service = self._with_file(written, "auth_password_file") if login else _without(written, "auth_password_file")
        return (
            _without(service or {}, "auth_username")
            | login
            | {
                "to": ours.email_to,
                "from": ours.email_from or ours.email_to.partition(",")[0],
                "smarthost": ours.smtp_host,
                "require_tls": ours.smtp_require_tls,
            }
        )

    def _webhook(self, secret: str, written: _Part) -> _Part | None:
        return written | {"url": self._secrets[secret]} if secret in self._secrets else None

    def _with_file(self, written: _Part, key: str) -> _Part | None:
        """Return a service that reads a secret from where it lies; None when it is not set."""
        name = Path(written[key]).name
        return written | {key: str(self._folder / name)} if name in self._secrets else None


def _secrets(notifications: NotificationSettings) -> dict[str, str]:
    """Return the secrets that are set, by the names of their files."""
    general = notifications.slack_webhook_url
    secrets = {
        "slack_critical_url": notifications.slack_critical_url or general,
        "slack_warnings_url": notifications.slack_warnings_url or general,
        "slack_info_url": notifications.slack_info_url or general,
        "slack_worker_url": notifications.slack_worker_url or general,
        "pagerduty_routing_key": notifications.pagerduty_routing_key,
        "smtp_password": notifications.smtp_password,
        "webhook_url": notifications.webhook_url,
        "dead_man_url": notifications.dead_man_url,
    }
    return {name: value.get_secret_value() for name, value in secrets.items() if isinstance(value, SecretStr)}


def _without(written: _Part, key: str) -> _Part:
    return {name: value for name, value in written.items() if name != key}


def _write_secrets(notifications: NotificationSettings, folder: Path) -> None:
    """Write a file for each secret that is read from one, and remove those of secrets that are no longer set."""
    secrets = _secrets(notifications)
    names = secrets.keys() - _WEBHOOKS.values()
    folder.mkdir(exist_ok=True, mode=PRIVATE_DIRECTORY)
    for stale in folder.iterdir():
        if stale.name not in names:
            stale.unlink()
    for name in names:
        _write_private(folder / name, secrets[name])


def _business_hours(notifications: NotificationSettings) -> _Part:
    begin, _, end = notifications.business_hours.partition("-")
    return {
        "weekdays": notifications.business_days.split(","),
        "times": [{"start_time": begin, "end_time": end}],
        "location": notifications.time_zone,
    }


def _shorten(route: _Part, waits: str) -> None:
    """Let a route and those below it wait no longer than this. What Alertmanager repeats it repeats as ever."""
    route |= {"group_wait": waits, "group_interval": waits}
    for below in route.get("routes", ()):
        _shorten(below, waits)


def _write_private(path: Path, text: str) -> None:
    """Put a file in place in one step that only its owner can read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m embedded.alertmanager", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("--seen-as", type=Path, help="where Alertmanager will find that folder")
    arguments = parser.parse_args()
    write_alertmanager(Settings().notifications, arguments.folder, seen_as=arguments.seen_as)


if __name__ == "__main__":
    _main()

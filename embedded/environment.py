"""The environment a child starts with, so that it reads the very settings its supervisor was given."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from pydantic import AliasChoices, SecretStr
from pydantic_settings import BaseSettings

from settings import NESTED, NotificationSettings, Settings

_FOREIGN_TEMPORAL: Final = "TEMPORAL_"
_NO_PROFILES: Final = "/dev/null"


def child_environment(base: Mapping[str, str], settings: Settings, data_dir: Path, temporal: str) -> dict[str, str]:
    """Return `base` with every setting that was given spelled out, and Temporal at the address `temporal`.

    What the user set for another Temporal (address, keys, TLS, profiles) is taken out: the stack talks to its own. So
    is whom alerts are told to, which is Alertmanager's business alone.
    """
    given = _variables(settings) | _variables(settings.vendors) | _none_of(NotificationSettings)
    environment = {name: value for name, value in base.items() if not name.startswith(_FOREIGN_TEMPORAL)}
    for name, value in given.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    return environment | {
        "PAGEWRIGHT_DATA_DIR": str(data_dir),
        "TEMPORAL_ADDRESS": temporal,
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": _NO_PROFILES,
    }


def variables_of(settings: type[BaseSettings], field: str) -> tuple[str, ...]:
    """Return the environment variables that set `field`, the one that wins first."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (str(alias or f"{settings.model_config.get('env_prefix', '')}{field}".upper()),)


def _none_of(settings: type[BaseSettings]) -> dict[str, str | None]:
    return dict.fromkeys(name for field in settings.model_fields for name in variables_of(settings, field))


def _variables(settings: BaseSettings) -> dict[str, str | None]:
    """Return what sets the fields that were given, from the environment or in code; None where one was emptied."""
    given = settings.model_fields_set - NESTED.keys()
    as_json = settings.model_dump(mode="json", include=set(given))
    variables: dict[str, str | None] = {}
    for field in given:
        first, *others = variables_of(type(settings), field)
        variables |= dict.fromkeys(others)
        variables[first] = _spelled(getattr(settings, field), as_json[field])
    return variables


def _spelled(value: object, as_json: object) -> str | None:
    """Return a value as `Settings` reads it: lists from commas, other structures from JSON."""
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(cast("tuple[str, ...]", value))
    return as_json if isinstance(as_json, str) else json.dumps(as_json)

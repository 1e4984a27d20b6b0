"""Every setting, once. Built only at entry points and passed down.

Each field is read from `PAGEWRIGHT_<FIELD>`; vendors' keys and base URLs keep their vendors' own variable names.
"""

import os
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    DirectoryPath,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

from domain.address import reachable
from domain.route import ModelName, Route
from domain.tries import DEFAULT_TRIES


def _seconds(value: object) -> object:
    """Let a bare number mean seconds, as everybody expects of a duration in an environment variable."""
    return float(value) if isinstance(value, str) and value.replace(".", "", 1).isdigit() else value


Duration = Annotated[timedelta, BeforeValidator(_seconds)]
"""Seconds (`90`), clock time (`0:01:30`) or ISO 8601 (`PT90S`)."""

_PRODUCT: Final = "pagewright"
_ORIGIN: Final = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?")
_DATABASES: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")
"""Databases and the drivers that come with us, as SQLAlchemy's URLs name them."""
_WEEK: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAYS: Final = rf"({'|'.join(_WEEK)})(:({'|'.join(_WEEK)}))?"
_CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"


_SECRETS_DIR: Final = "PAGEWRIGHT_SECRETS_DIR"


class _SecretFiles(SecretsSettingsSource):
    """Files named as variables are; an empty one counts as unset, as an empty variable does."""

    @override
    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if value}


class _FromFilesToo(BaseSettings):
    """Settings that are read from variables first, then from the files in `secrets_dir`."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = Path(os.environ.get(_SECRETS_DIR) or os.devnull)
        files = (_SecretFiles(settings_cls, folder),) if folder.is_dir() else ()
        return (init_settings, env_settings, *files)


class VendorSettings(_FromFilesToo):
    """Keys and base URLs, under the names the vendors' own SDKs read."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    """Makes OpenAI's models available."""
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    """Where OpenAI's API is, when it is not at OpenAI."""
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    """Makes Anthropic's models available."""
    anthropic_base_url: str | None = Field(default=None, validation_alias="ANTHROPIC_BASE_URL")
    """Where Anthropic's API is, when it is not at Anthropic."""
    google_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("GOOGLE_API_KEY", "GEMINI_API_KEY")
    )
    """Makes Google's models available."""
    google_base_url: str | None = Field(default=None, validation_alias="GOOGLE_GEMINI_BASE_URL")
    """Where the Gemini API is, when it is not at Google."""
    openai_compatible_base_url: str | None = Field(
        default=None, validation_alias="PAGEWRIGHT_OPENAI_COMPATIBLE_BASE_URL"
    )
    """Ollama, vLLM, OpenRouter and the like, for `openai-compatible:<model>`."""
    openai_compatible_api_key: SecretStr | None = Field(
        default=None, validation_alias="PAGEWRIGHT_OPENAI_COMPATIBLE_API_KEY"
    )
    """Its key; None for a service that asks for none."""


class NotificationSettings(_FromFilesToo):
    """Whom Alertmanager tells of alerts. A receiver without its secret is left out."""

    model_config = SettingsConfigDict(
        env_prefix="PAGEWRIGHT_ALERT_",
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    slack_webhook_url: SecretStr | None = Field(default=None, validation_alias="SLACK_WEBHOOK_URL")
    """Slack's incoming webhook, for all four channels. A Slack app's webhook posts to its own channel, whichever is
    named: such a one is set for each channel below."""
    slack_critical_url: SecretStr | None = None
    """The webhook of `#pagewright-critical`; None means `slack_webhook_url`."""
    slack_warnings_url: SecretStr | None = None
    """The webhook of `#pagewright-warnings`; None means `slack_webhook_url`."""
    slack_info_url: SecretStr | None = None
    """The webhook of `#pagewright-info`; None means `slack_webhook_url`."""
    slack_worker_url: SecretStr | None = None
    """The webhook of `#pagewright-worker`; None means `slack_webhook_url`."""
    pagerduty_routing_key: SecretStr | None = None
    """Integration key of a PagerDuty service (Events API v2), for critical alerts."""
    pagerduty_url: str | None = None
    """PagerDuty's Events API, where it is not `https://events.pagerduty.com/v2/enqueue`."""
    webhook_url: SecretStr | None = None
    """URL that every alert is sent to as JSON, at any hour."""
    dead_man_url: SecretStr | None = None
    """URL of a dead man's switch, asked every five minutes while alerting works; its service calls when that ends."""
    email_to: Annotated[str, Field(pattern=r"@")] | None = None
    """Addresses for critical alerts and warnings, at any hour, separated by commas."""
    email_from: Annotated[str, Field(pattern=r"@")] | None = None
    """Sender of these; None means the first address in `email_to`."""
    smtp_host: Annotated[str, Field(pattern=r"^[^:\s]+:[0-9]+$")] = "localhost:25"
    """Mail server and its port."""
    smtp_username: str | None = None
    """User there; None sends without a login."""
    smtp_password: SecretStr | None = None
    """The user's password."""
    smtp_require_tls: bool = True
    """Whether mail is sent over TLS only."""
    time_zone: str = "UTC"
    """Time zone of the business hours, in which warnings and news are told on Slack: `Europe/Berlin`."""
    business_days: Annotated[str, Field(pattern=rf"^{_DAYS}(,{_DAYS})*$")] = "monday:friday"
    """Days with business hours: days and ranges of them, separated by commas, from `sunday` to `saturday`."""
    business_hours: Annotated[str, Field(pattern=rf"^{_CLOCK}-({_CLOCK}|24:00)$")] = "09:00-17:00"
    """Begin and end of the business hours; `00:00-24:00` is all day."""

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            message = "name one as the time zone database does, such as Europe/Berlin or UTC"
            raise ValueError(message)
        return value

    @field_validator("business_days")
    @classmethod
    def _run_forward(cls, value: str) -> str:
        ranges = [[_WEEK.index(day) for day in days.split(":")] for days in value.split(",")]
        if any(days[0] > days[-1] for days in ranges):
            message = "begin the week with sunday: a range goes from an earlier day to a later one"
            raise ValueError(message)
        return value

    @field_validator("business_hours")
    @classmethod
    def _end_after_they_begin(cls, value: str) -> str:
        begin, _, end = value.partition("-")
        if begin >= end:
            message = "let them end after they begin, on the same day"
            raise ValueError(message)
        return value


class PriceOverride(BaseModel):
    """What a model costs, in USD a million tokens, where the price list is wrong or silent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Decimal = Field(ge=0)
    completion: Decimal = Field(ge=0)
    cached: Decimal | None = Field(default=None, ge=0)
    """Of prompt tokens the vendor read from its cache; None means as `prompt`."""

    @model_validator(mode="after")
    def _cache_saves(self) -> Self:
        if self.cached is not None and self.cached > self.prompt:
            message = "cached is above prompt: what is read from a cache costs no more than what is not"
            raise ValueError(message)
        return self


class Settings(_FromFilesToo):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="PAGEWRIGHT_",
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # a database's URL may carry a password
    )

    data_dir: Path = Path(".data")
    """Databases, logs, owner token and lock of the embedded stack."""
    database_url: str | None = None
    """SQLAlchemy URL (`sqlite+aiosqlite:///...`, `postgresql+asyncpg://...`); None means SQLite in `data_dir`."""
    secrets_dir: DirectoryPath | None = None
    """Directory of files named as these variables are (`pagewright_token`, `openai_api_key`), each with the value of
    one that is not set: for what should not be in an environment."""
    token: SecretStr | None = None
    """The owner's bearer token, or one to speak to an API with; None means the one in `owner.token` in `data_dir`."""
    signing_keys_file: Path | None = None
    """Secrets that sign minted tokens, where they are mounted; None means `signing-keys.json` in `data_dir`."""
    token_issuer: Annotated[str, Field(min_length=1)] = _PRODUCT
    """`iss` of minted tokens; those of another issuer are refused."""
    token_audience: Annotated[str, Field(min_length=1)] = _PRODUCT
    """`aud` of minted tokens; those for another audience are refused."""
    token_leeway: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(minutes=10))] = timedelta(seconds=30)
    """How far apart clocks may be when a token's times are checked."""

    api_host: str = "127.0.0.1"
    """Address the API listens on; beyond loopback only with a configured `signing_keys_file` or `token`."""
    api_port: Annotated[int, Field(ge=1, le=65535)] = 3000
    """Port of the API, its docs and the published pages."""
    public_url: str | None = None
    """Where users reach the API, when it is not `http://api_host:api_port`."""
    url: str | None = None
    """The API the command line talks to, when it is not this machine's."""
    assume_yes: bool = False
    """Whether the command line answers its own questions with yes, as `--yes` does: for scripts."""
    allowed_hosts: Annotated[tuple[str, ...] | None, NoDecode] = None
    """Host headers answered; None means loopback names and the host of `public_url`."""

    requests_per_minute: Annotated[int, Field(ge=1)] = 6000
    """Requests one token may send to one API process."""
    public_requests_per_minute: Annotated[int, Field(ge=1)] = 6000
    """Requests without a valid token that one address may send to one API process."""
    body_timeout: Duration = timedelta(seconds=20)
    """How long a request's body may keep the API waiting; each 10 kB that came give it a second more."""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins of web pages that may call the API from a browser, for example `https://ops.example.com`."""

    encryption_keys: SecretStr | None = None
    """Keys of the payloads in Temporal, `id:base64` parted by commas, the newest last; instead of the file."""
    encryption_keys_file: Path | None = None
    """File of these keys, one a line, mode 600; None means `encryption.keys` in `data_dir`."""

    temporal_cli: Path | None = None
    """Temporal's command-line binary with the dev server; None looks for one."""
    temporal_port: Annotated[int, Field(ge=1, le=65535)] = 7233
    """Port of the embedded Temporal."""
    temporal_ui_port: Annotated[int, Field(ge=1, le=65535)] = 8233
    """Port of the embedded Temporal's Web UI."""
    temporal_ui_url: str | None = None
    """Base URL of the Temporal Web UI for links; None means the embedded one."""

    worker_metrics_host: str = "127.0.0.1"
    """Address a worker's metrics are answered on; they need no token."""
    worker_metrics_port: Annotated[int, Field(ge=1, le=65535)] = 9464
    """Port of the metrics of the first worker process, and of its Temporal SDK; the next ones take the ports above."""
    temporal_metrics_port: Annotated[int, Field(ge=1, le=65535)] = 9233
    """Port of the embedded Temporal's metrics."""
    prometheus_port: Annotated[int, Field(ge=1, le=65535)] = 9090
    """Port of the Prometheus that `pagewright observe` starts."""
    prometheus_retention: Annotated[Duration, Field(ge=timedelta(hours=1))] = timedelta(days=15)
    """How long Prometheus keeps its samples."""
    prometheus_remote_write_url: str | None = None
    """Where Prometheus sends every sample too, to be kept longer: Mimir, Thanos, VictoriaMetrics or a vendor."""
    prometheus_remote_write_token_file: Path | None = None
    """File with the bearer token for it."""
    alertmanager_port: Annotated[int, Field(ge=1, le=65535)] = 9093
    """Port of the Alertmanager that `pagewright observe` starts."""
    alertmanager_url: str | None = None
    """Where users reach Alertmanager, for the links that silence alerts; None means on this machine."""
    grafana_url: str = "http://127.0.0.1:3001"
    """Where users reach Grafana, for the links in alerts."""
    docs_url: str | None = None
    """Where users read the folder that holds our `docs`, for the links in alerts; None means on this machine's disk."""

    probe_every: Annotated[Duration, Field(ge=timedelta(seconds=10))] | None = None
    """How often each provider is sent one tiny request to see that it answers; None sends none."""
    probe_max_cost_per_day: Decimal = Field(default=Decimal("0.10"), ge=0)
    """USD that these requests may cost in a UTC day, all providers together."""

    models: Annotated[tuple[ModelName, ...] | None, NoDecode] = None
    """Models a job may name, beside the sandbox; None means the vendors' defaults for each key that is set."""
    default_route: Annotated[Route | None, NoDecode] = None
    """Route of a job that names none; None means the vendors' models in order, or the sandbox where there are none."""
    price_overrides: dict[ModelName, PriceOverride] = Field(default_factory=dict)
    """Prices by model, `{"prompt": ..., "completion": ..., "cached": ...}` in USD a million tokens; `cached` may be
    left out."""
    request_timeout: Duration = timedelta(seconds=15)
    """Longest time one model request may take."""
    model_timeouts: dict[ModelName, Duration] = Field(default_factory=dict)
    """`request_timeout` of single models."""
    tries: Annotated[int, Field(ge=1, le=10)] = DEFAULT_TRIES
    """Tries on each model of a route."""
    calls_per_worker: Annotated[int, Field(ge=1, le=1000)] = 10
    """Model requests in flight at once, for each provider, in one worker process."""
    calls_per_second: Annotated[float, Field(gt=0)] = 20.0
    """Model requests started a second, for each provider, over all workers, where `queue limit` sets no other limit."""

    batch_per_second: Annotated[float, Field(ge=0.1, le=1000)] = 10.0
    """Lines of a batch, or dead letters of a bulk retry, begun a second, where the request names no rate."""
    batch_in_flight: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Jobs of one batch that run at once, where the request names no bound."""

    max_cost_per_job: Decimal = Field(default=Decimal(1), ge=0)
    """USD, over all rounds of a job: its cap when it names none, and the highest it may name."""
    max_cost_per_day: Decimal = Field(default=Decimal(20), ge=0)
    """USD, for the installation with all its tenants, by UTC day."""
    job_deadline: Duration = timedelta(hours=24)
    """From the start of a round to its stored version, pauses not counted."""
    shutdown_grace: Duration = timedelta(seconds=20)
    """How long a stopping worker lets running calls finish."""
    reconcile_every: Duration = timedelta(minutes=1)
    """How often workflows are compared with their rows."""
    reconcile_grace: Duration = timedelta(minutes=1)
    """How long a job's row must have stood still before reconcile looks for its workflow."""
    housekeeping_every: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(minutes=10)
    """How often what was removed or expired is cleared away."""
    dead_letter_retention: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(days=90)
    """How long a dead letter stays after it was retried or discarded; an open one stays until then."""
    log_level: str = "INFO"
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`."""

    vendors: VendorSettings = Field(default_factory=VendorSettings)
    notifications: NotificationSettings = Field(default_factory=NotificationSettings)

    @field_validator("database_url")
    @classmethod
    def _names_a_database_we_use(cls, value: str | None) -> str | None:
        if value is not None and value.partition("://")[0] not in _DATABASES:
            message = f"begin it with {' or '.join(f'{name}://' for name in _DATABASES)}"
            raise ValueError(message)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(origin.rstrip("/") for origin in value)
        if not all(map(_ORIGIN.fullmatch, origins)):
            message = "give each as scheme, host and port: https://ops.example.com:8443"
            raise ValueError(message)
        return origins

    @field_validator("models", "default_route", "allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _split_on_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @property
    def resolved_database_url(self) -> str:
        """SQLAlchemy URL of the database in use."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'pagewright.db'}"

    @property
    def resolved_encryption_keys_file(self) -> Path:
        """Where the keys of the payloads in Temporal lie when the setting has none."""
        return self.encryption_keys_file or self.data_dir / "encryption.keys"

    @property
    def local_api_url(self) -> str:
        """The API's base URL as this machine reaches it."""
        return f"http://{reachable(self.api_host)}:{self.api_port}"

    @property
    def speaks_elsewhere(self) -> bool:
        """Whether the command line talks to an API that is not the one of these settings on this machine."""
        if self.url is None:
            return False
        spoken = urlsplit(self.url)
        return spoken.port != self.api_port or spoken.hostname not in _THIS_MACHINE


NESTED: Final[dict[str, type[BaseSettings]]] = {"vendors": VendorSettings, "notifications": NotificationSettings}
"""Fields of `Settings` that are settings of their own, with variables of their own."""

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

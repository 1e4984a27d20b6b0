"""Which API the command line talks to, and with which token."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from cli.errors import UserError
from embedded.data_directory import DataDirectory
from settings import Settings

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Base URL of an API, without a slash at its end, and the bearer token for it."""

    url: str
    token: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether the API is on this machine, where no proxy leads."""
        return urlsplit(self.url).hostname in _LOOPBACK


def endpoint(settings: Settings) -> Endpoint:
    """Return the API that `settings` name. Raises UserError when its URL is none, or there is no token for it."""
    url = (settings.url or settings.public_url or settings.local_api_url).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"PAGEWRIGHT_URL is {url!r}, which is not the address of an API."
        raise UserError(message, "Set it to something like http://127.0.0.1:3000.")
    return Endpoint(url, _token(settings))


def _token(settings: Settings) -> str:
    if settings.token is not None:
        return settings.token.get_secret_value()
    file = DataDirectory(settings.data_dir.expanduser().absolute()).token_file
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        message = f"There is no token to speak to the API with: {file} does not exist."
        hint = "Is the stack up? `pagewright up` makes one. PAGEWRIGHT_TOKEN or PAGEWRIGHT_DATA_DIR names another."
        raise UserError(message, hint) from None
    except OSError as error:
        message = f"The token in {file} cannot be read: {error.strerror or error}."
        raise UserError(message, "Run this as the user who started the stack, or set PAGEWRIGHT_TOKEN.") from None

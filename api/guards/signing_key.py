"""The secrets that sign tokens: a file which only its owner can read, shared by every process that mints or checks.

It is read again whenever it changes, so that a rotation holds at once in every API process.
"""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from filelock import FileLock
from pydantic import AwareDatetime, Field, SecretBytes, ValidationError, field_serializer, field_validator
from ulid import ULID

from domain.model import Document
from embedded.data_directory import DataDirectory
from settings import Settings

SECRET_BYTES: Final = 32
"""As long as the hash, below which HS256 is weaker than it need be (RFC 7518, 3.2)."""

_PRIVATE: Final = 0o600
_NO_FILE: Final = (0, 0, 0)

Stamp = tuple[int, int, int]
"""Time of the last change in ns, size and inode of a file."""


class SigningKeysError(Exception):
    """The file of secrets cannot be read, or is not one."""


class SigningKey(Document):
    """One secret. `valid_until` is None as long as nobody has said when it ends."""

    kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    secret: SecretBytes
    created_at: AwareDatetime
    valid_until: AwareDatetime | None = None

    @field_validator("secret", mode="before")
    @classmethod
    def _from_base64(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        secret = urlsafe_b64decode(f"{value}{'=' * (-len(value) % 4)}")
        if len(secret) < SECRET_BYTES:
            message = f"a secret has at least {SECRET_BYTES} bytes"
            raise ValueError(message)
        return secret

    @field_serializer("secret", when_used="json")
    def _as_base64(self, secret: SecretBytes) -> str:
        return urlsafe_b64encode(secret.get_secret_value()).rstrip(b"=").decode()


class SigningKeys(Document):
    """Secrets whose tokens are taken. The newest one signs."""

    keys: tuple[SigningKey, ...] = ()

    def valid(self, now: datetime) -> tuple[SigningKey, ...]:
        """Return those that have not ended."""
        return tuple(key for key in self.keys if key.valid_until is None or now < key.valid_until)

    def signer(self, now: datetime) -> SigningKey | None:
        """Return the one that signs; None when there is none."""
        return max(self.valid(now), key=lambda key: key.created_at, default=None)

    def named(self, kid: str, now: datetime) -> SigningKey | None:
        """Return the secret of a name, if its tokens are still taken."""
        return next((key for key in self.valid(now) if key.kid == kid), None)

    def rotated(self, now: datetime, keep: timedelta | None) -> "SigningKeys":
        """Return these with a new secret that signs; the others are taken for `keep` longer, or until dropped."""
        end = None if keep is None else now + keep
        return SigningKeys(keys=(new_key(now), *(_ending(key, end) for key in self.valid(now))))

    def without_old(self, now: datetime) -> "SigningKeys":
        """Return the one that signs, alone."""
        signer = self.signer(now)
        return SigningKeys(keys=() if signer is None else (signer,))


def new_key(now: datetime) -> SigningKey:
    """Return a new secret."""
    return SigningKey(kid=f"key_{ULID()}", secret=SecretBytes(secrets.token_bytes(SECRET_BYTES)), created_at=now)


def signing_keys_path(settings: Settings) -> Path:
    """Return where the secrets lie."""
    if settings.signing_keys_file is not None:
        return settings.signing_keys_file.expanduser().absolute()
    return DataDirectory(settings.data_dir.expanduser().absolute()).signing_keys


class SigningKeyFile:
    """The secrets as they are now; they are read again when the file has changed."""

    def __init__(self, path: Path) -> None:
        """Read from `path`, which need not be there yet."""
        self.path = path
        self._stamp: Stamp = _NO_FILE
        self._keys = SigningKeys()

    def read(self) -> SigningKeys:
        """Return the secrets; none where there is no file. Raises SigningKeysError."""
        stamp = self._now()
        if stamp != self._stamp:
            self._keys = SigningKeys() if stamp == _NO_FILE else self._parsed()
            self._stamp = stamp
        return self._keys

    @contextmanager
    def changing(self) -> Generator[SigningKeys]:
        """Yield the secrets, held against other writers, to be followed by `write`. Raises SigningKeysError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=10, mode=_PRIVATE)
            with lock:
                yield self.read()
        except OSError as error:
            raise SigningKeysError(f"{self.path} cannot be written: {error.strerror or error}") from error

    def write(self, keys: SigningKeys) -> None:
        """Put other secrets in place in one step, for their owner alone to read."""
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{keys.model_dump_json(indent=2)}\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def _now(self) -> Stamp:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return _NO_FILE
        except OSError as error:
            raise SigningKeysError(f"{self.path} cannot be read: {error.strerror or error}") from error
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _parsed(self) -> SigningKeys:
        try:
            return SigningKeys.model_validate_json(self.path.read_bytes())
        except OSError as error:
            raise SigningKeysError(f"{self.path} cannot be read: {error.strerror or error}") from error
        except ValidationError as error:
            # The error's own text would repeat what the file holds.
            raise SigningKeysError(
                f"{self.path} is not a file of signing keys ({error.error_count()} faults)"
            ) from None


def _ending(key: SigningKey, end: datetime | None) -> SigningKey:
    """Return a secret that ends at `end` at the latest."""
    if end is None or (key.valid_until is not None and key.valid_until < end):
        return key
    return key.model_copy(update={"valid_until": end})

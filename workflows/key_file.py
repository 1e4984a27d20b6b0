"""The keys of payloads where they lie: in a setting, or in a file that only its owner can read."""

import os
import stat
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from workflows.encryption import Key, KeyRing, KeyTextError, parse_keys

_OTHERS: Final = 0o077
_MODE: Final = 0o600


class KeyFileError(RuntimeError):
    """Keys were given and cannot be used."""


def key_ring(given: SecretStr | None, file: Path) -> KeyRing:
    """Return the keys of a setting; without it those in `file`; and none where there is no such file.

    A key that is added to the file later is read when a payload names it. Raises KeyFileError.
    """
    if given is None:
        return KeyRing(read_keys(file), lambda: read_keys(file))
    try:
        return KeyRing(parse_keys(given.get_secret_value()))
    except KeyTextError as error:
        message = f"PAGEWRIGHT_ENCRYPTION_KEYS: {error}"
        raise KeyFileError(message) from None


def read_keys(file: Path) -> tuple[Key, ...]:
    """Return the keys in a file; none where there is no such file. Raises KeyFileError."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & _OTHERS:
            message = f"{file} can be read by others, and whoever has the keys can read every brief: chmod 600 it"
            raise KeyFileError(message)
        return parse_keys(file.read_text())
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeError, KeyTextError) as error:
        message = f"the keys in {file} cannot be used: {error}"
        raise KeyFileError(message) from None


def add_key(file: Path, key: Key) -> None:
    """Put a key at the end of a file, which is made (mode 600) if it is missing. Raises KeyFileError.

    The file is replaced whole, so that no process reads half of it.
    """
    keys = (*read_keys(file), key)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        with os.fdopen(descriptor, "w") as output:
            output.writelines(f"{each.spelled()}\n" for each in keys)
            output.flush()
            os.fsync(output.fileno())
        draft.replace(file)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}"
        raise KeyFileError(message) from None

"""Payloads in Temporal, encrypted: what its server, its database and its Web UI keep of a brief cannot be read there.

AES-256-GCM under the newest of several keys; each payload names its key, so that older ones stay readable. Payloads
that were written before there was a key stay readable too.
"""

import base64
import binascii
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec
from typing_extensions import override

ENCODING: Final = b"binary/encrypted"
"""As in Temporal's own samples, which its tools show as encrypted."""
KEY_ID: Final = "encryption-key-id"

_BYTES: Final = 32
_NONCE_BYTES: Final = 12
"""96 random bits, as NIST SP 800-38D takes them for up to 2^32 payloads under one key."""
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class KeyTextError(ValueError):
    """A text holds something that is no key."""


class UnreadablePayloadError(RuntimeError):
    """An encrypted payload cannot be read here."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `id` is no secret: it stands beside everything that was encrypted with it."""

    id: str
    secret: bytes = field(repr=False)

    def spelled(self) -> str:
        """Return the key as `parse_keys` reads it."""
        return f"{self.id}:{base64.b64encode(self.secret).decode()}"


def new_key(name: str) -> Key:
    """Return a new random key under an id."""
    return Key(name, os.urandom(_BYTES))


def parse_keys(text: str) -> tuple[Key, ...]:
    """Read keys as `id:base64`, one a line or parted by commas, the newest last; `#` begins a line of comment.

    Raises KeyTextError, which never repeats what it read.
    """
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    spelled = [part.strip() for line in lines for part in line.split(",") if part.strip()]
    keys = tuple(_key(part, number) for number, part in enumerate(spelled, 1))
    if len({key.id for key in keys}) < len(keys):
        message = "two keys have the same id"
        raise KeyTextError(message)
    return keys


class KeyRing:
    """Keys that can be read with, the newest of which writes. Without any, nothing is encrypted."""

    def __init__(self, keys: Sequence[Key] = (), load: Callable[[], Sequence[Key]] | None = None) -> None:
        """Hold `keys`, the newest last; `load` reads them anew when a payload names one that is not there."""
        self._load = load
        self._newest = keys[-1] if keys else None
        self._keys = {key.id: key for key in keys}

    @property
    def newest(self) -> Key | None:
        """The key that writes, the same one while this process lasts. None when nothing is encrypted."""
        return self._newest

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, the newest last."""
        return tuple(self._keys)

    def find(self, name: str) -> Key:
        """Return a key. Raises UnreadablePayloadError when it is not there."""
        if name not in self._keys and self._load is not None:
            self._keys |= {key.id: key for key in self._load()}
        if name not in self._keys:
            here = f"the keys here are {', '.join(self._keys)}" if self._keys else "there is no key here"
            message = (
                f"a payload was encrypted with the key {name[:64]!r}, and {here}: add that key to "
                "PAGEWRIGHT_ENCRYPTION_KEYS or to the file encryption.keys of this process"
            )
            raise UnreadablePayloadError(message)
        return self._keys[name]


class EncryptionCodec(PayloadCodec):
    """Encrypts whole payloads, with what they say of their encoding; those it did not encrypt stay as they are."""

    def __init__(self, keys: KeyRing) -> None:
        """Use `keys`."""
        self.keys = keys

    @override
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return payloads encrypted with the newest key; as they are without one."""
        key = self.keys.newest
        return list(payloads) if key is None else [_encrypted(payload, key) for payload in payloads]

    @override
    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return payloads in clear. Raises UnreadablePayloadError."""
        return [self._decrypted(payload) for payload in payloads]

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key = self.keys.find(payload.metadata.get(KEY_ID, b"").decode(errors="replace"))
        nonce, text = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(AESGCM(key.secret).decrypt(nonce, text, key.id.encode()))
        except (InvalidTag, ValueError):
            message = f"a payload names the key {key.id!r}, which does not open it: it was changed, or the key was"
            raise UnreadablePayloadError(message) from None


def _encrypted(payload: Payload, key: Key) -> Payload:
    nonce = os.urandom(_NONCE_BYTES)
    text = AESGCM(key.secret).encrypt(nonce, payload.SerializeToString(), key.id.encode())
    return Payload(metadata={"encoding": ENCODING, KEY_ID: key.id.encode()}, data=nonce + text)


def _key(spelled: str, number: int) -> Key:
    name, colon, secret = spelled.partition(":")
    if not colon or not _ID.fullmatch(name):
        message = f"key {number} is not spelled id:base64, with an id of letters, digits, '.', '_' and '-'"
        raise KeyTextError(message)
    try:
        decoded = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != _BYTES:
        message = f"the key {name!r} is not {_BYTES} bytes in base64"
        raise KeyTextError(message)
    return Key(name, decoded)

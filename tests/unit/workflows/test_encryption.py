import base64
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from workflows.encryption import (
    ENCODING,
    EncryptionCodec,
    Key,
    KeyRing,
    KeyTextError,
    UnreadablePayloadError,
    new_key,
    parse_keys,
)
from workflows.key_file import KeyFileError, add_key, key_ring, read_keys

OLD, NEW = new_key("old"), new_key("new")
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"Harbour Bakery"')


async def test_what_is_encrypted_is_read_again_and_tells_nothing_on_the_way() -> None:
    codec = EncryptionCodec(KeyRing([OLD, NEW]))
    (sealed,) = await codec.encode([CLEAR])
    assert sealed.metadata["encoding"] == ENCODING
    assert sealed.metadata["encryption-key-id"] == b"new"
    assert b"Harbour" not in sealed.SerializeToString()
    assert b"json" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [CLEAR]


async def test_the_same_text_never_looks_the_same() -> None:
    codec = EncryptionCodec(KeyRing([NEW]))
    first, second = await codec.encode([CLEAR, CLEAR])
    assert first.data != second.data


async def test_payloads_from_before_encryption_and_from_an_older_key_stay_readable() -> None:
    sealed = await EncryptionCodec(KeyRing([OLD])).encode([CLEAR])
    assert await EncryptionCodec(KeyRing([OLD, NEW])).decode([CLEAR, *sealed]) == [CLEAR, CLEAR]


async def test_without_a_key_nothing_is_encrypted() -> None:
    assert await EncryptionCodec(KeyRing()).encode([CLEAR]) == [CLEAR]


@pytest.mark.parametrize("keys", [(), (NEW,)])
async def test_a_missing_key_is_named_with_what_to_do(keys: tuple[Key, ...]) -> None:
    sealed = await EncryptionCodec(KeyRing([OLD])).encode([CLEAR])
    with pytest.raises(UnreadablePayloadError, match=r"'old'.*PAGEWRIGHT_ENCRYPTION_KEYS"):
        await EncryptionCodec(KeyRing(keys)).decode(sealed)


async def test_another_key_of_the_same_name_and_a_changed_payload_are_told_apart_from_text() -> None:
    (sealed,) = await EncryptionCodec(KeyRing([OLD])).encode([CLEAR])
    with pytest.raises(UnreadablePayloadError, match="does not open it"):
        await EncryptionCodec(KeyRing([new_key("old")])).decode([sealed])
    changed = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))
    short = Payload(metadata=sealed.metadata, data=b"short")
    for payload in (changed, short):
        with pytest.raises(UnreadablePayloadError, match="does not open it"):
            await EncryptionCodec(KeyRing([OLD])).decode([payload])


async def test_a_key_that_was_added_to_the_file_is_read_by_who_runs_already(tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    add_key(file, OLD)
    running = key_ring(None, file)
    add_key(file, NEW)
    sealed = await EncryptionCodec(key_ring(None, file)).encode([CLEAR])
    assert await EncryptionCodec(running).decode(sealed) == [CLEAR]
    assert running.newest == OLD


def test_the_file_is_its_owner_s_alone_and_another_s_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "encryption.keys"
    add_key(file, OLD)
    add_key(file, NEW)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_keys(file) == (OLD, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["encryption.keys"]
    file.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_keys(file)


def test_without_a_file_there_are_no_keys(tmp_path: Path) -> None:
    assert key_ring(None, tmp_path / "encryption.keys").newest is None


def test_a_setting_goes_before_the_file(tmp_path: Path) -> None:
    add_key(tmp_path / "encryption.keys", OLD)
    ring = key_ring(SecretStr(f"{OLD.spelled()}, {NEW.spelled()}"), tmp_path / "encryption.keys")
    assert ring.ids == ("old", "new")
    assert ring.newest == NEW


def test_a_file_may_hold_comments_and_empty_lines() -> None:
    assert parse_keys(f"# first\n{OLD.spelled()}\n\n  # second\n{NEW.spelled()}\n") == (OLD, NEW)


@pytest.mark.parametrize(
    "text",
    [
        "geheim",
        ":c2VjcmV0",
        "a b:c2VjcmV0",
        "short:" + base64.b64encode(b"secret").decode(),
        "bad:%%%%",
        pytest.param(f"{OLD.spelled()},{OLD.spelled()}", id="twice"),
    ],
)
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(KeyTextError) as refused:
        parse_keys(text)
    assert "c2Vj" not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_key_is_not_shown_where_objects_are() -> None:
    assert OLD.spelled().partition(":")[2] not in repr(OLD)
    assert repr(OLD.secret) not in repr(OLD)

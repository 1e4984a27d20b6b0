import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.guards.signing_key import SigningKeyFile, SigningKeys, SigningKeysError, signing_keys_path
from settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_secrets_are_written_for_their_owner_alone_and_read_as_they_were(tmp_path: Path) -> None:
    file = SigningKeyFile(tmp_path / "deep" / "signing-keys.json")
    with file.changing() as keys:
        assert keys == SigningKeys()
        rotated = keys.rotated(NOW, None)
        file.write(rotated)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert SigningKeyFile(file.path).read() == rotated
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["signing-keys.json", "signing-keys.json.lock"]


def test_a_secret_is_in_no_text_of_it() -> None:
    (key,) = SigningKeys().rotated(NOW, None).keys
    secret = key.secret.get_secret_value()
    assert len(secret) == 32
    for told in (repr(key), str(key), repr(SigningKeys(keys=(key,)))):
        assert str(secret) not in told
        assert urlsafe_b64encode(secret).decode()[:20] not in told


def test_what_another_process_wrote_is_read_at_once(tmp_path: Path) -> None:
    ours, theirs = (SigningKeyFile(tmp_path / "keys.json") for _ in range(2))
    assert ours.read() == SigningKeys()
    for _ in range(3):
        theirs.write(theirs.read().rotated(NOW, None))
        assert ours.read() == theirs.read()
    assert len(ours.read().keys) == 3
    ours.path.unlink()
    assert ours.read() == SigningKeys()


def test_the_newest_signs_and_the_old_ones_end_when_they_were_told_to() -> None:
    first = SigningKeys().rotated(NOW, None)
    hour, day = timedelta(hours=1), timedelta(days=1)
    second = first.rotated(NOW + day, hour)
    old, new = first.keys[0], second.keys[0]
    assert second.signer(NOW + day) == new
    assert second.named(old.kid, NOW + day) is not None
    assert second.named(old.kid, NOW + day + hour) is None
    assert second.named("key_unheard-of", NOW + day) is None
    longer = second.rotated(NOW + day, day)
    assert longer.named(old.kid, NOW + day + hour) is None, "a rotation must not lengthen what was to end"
    assert [key.kid for key in longer.without_old(NOW + day).keys] == [longer.keys[0].kid]
    assert len(longer.rotated(NOW + day + hour, None).keys) == 3, "a secret that has ended is forgotten"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"keys": [{"kid": "a"}]}',
        json.dumps({"keys": [{"kid": "a", "secret": "c2hvcnQ", "createdAt": "2026-01-01T00:00:00Z"}]}),
        json.dumps({"keys": [{"kid": "a b", "secret": "A" * 64, "createdAt": "2026-01-01T00:00:00Z"}]}),
    ],
)
def test_a_file_that_is_none_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(SigningKeysError, match=r"keys\.json") as caught:
        SigningKeyFile(path).read()
    assert "c2hvcnQ" not in str(caught.value)


def test_a_place_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SigningKeysError, match="cannot be read"):
        SigningKeyFile(tmp_path).read()


def test_secrets_lie_in_the_data_directory_unless_they_are_mounted(tmp_path: Path) -> None:
    assert signing_keys_path(Settings(data_dir=tmp_path)) == tmp_path / "signing-keys.json"
    mounted = tmp_path / "secrets" / "keys.json"
    assert signing_keys_path(Settings(data_dir=tmp_path, signing_keys_file=mounted)) == mounted

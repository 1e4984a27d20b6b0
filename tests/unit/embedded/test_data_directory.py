import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embedded.data_directory import open_data_directory, owner_token
from embedded.errors import StackError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_directory_is_private(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path / "deep" / "data")
    assert mode_of(directory.root) == 0o700
    assert mode_of(directory.logs) == 0o700


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_data_directory(Path("data")).root == tmp_path / "data"


@pytest.mark.parametrize("path", ["/proc/pagewright", "/dev/null/data"])
def test_a_directory_that_cannot_be_written_names_the_setting(path: str) -> None:
    with pytest.raises(StackError, match="not writable") as caught:
        open_data_directory(Path(path))
    assert path in caught.value.message
    assert "PAGEWRIGHT_DATA_DIR" in caught.value.hint


def test_a_second_stack_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    first, second = open_data_directory(tmp_path), open_data_directory(tmp_path)
    with first.locked():
        assert second.is_locked()
        assert second.holder() == os.getpid()
        with pytest.raises(StackError, match=f"process {os.getpid()}") as caught, second.locked():
            pass
    assert "PAGEWRIGHT_DATA_DIR" in caught.value.hint


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path)
    with pytest.raises(ZeroDivisionError), directory.locked():
        _ = 1 // 0
    assert not directory.is_locked()
    assert directory.holder() is None
    with directory.locked():
        assert directory.pid_file.exists()


def test_a_stack_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path)
    directory.pid_file.write_text("4711\n")
    assert directory.holder() is None


def test_the_owner_token_is_private_and_stays(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path)
    token = owner_token(directory)
    assert mode_of(directory.token_file) == 0o600
    assert len(token) >= 43
    assert owner_token(directory) == token


def test_an_empty_token_opens_no_door(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path / "data")
    directory.token_file.touch()
    with pytest.raises(StackError, match="is empty"):
        owner_token(directory)


def test_processes_that_start_together_agree_on_the_token(tmp_path: Path) -> None:
    directory = open_data_directory(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(owner_token, [directory] * 32))
    assert len(tokens) == 1
    assert not list(directory.root.glob(".owner.token*"))

from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.binary import CLI_VERSION, cached_binary, existing_binary, find_binary, server_version
from embedded.errors import StackError

MakeProgram = Callable[[str, str], Path]

NEW = 'echo "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"'
PINNED = 'echo "temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)"'
OLD = 'echo "temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)"'


@pytest.mark.parametrize("says", [NEW, PINNED])
async def test_the_server_inside_decides_not_the_cli(make_program: MakeProgram, says: str) -> None:
    assert await server_version(make_program("temporal", says)) == (1, 31, 2)


async def test_a_new_enough_one_on_path_is_taken(make_program: MakeProgram) -> None:
    program = make_program("temporal", NEW)
    said: list[str] = []
    assert await find_binary(None, said.append) == program
    assert said == []


async def test_one_on_path_that_is_too_old_is_passed_over_for_the_cache(make_program: MakeProgram) -> None:
    make_program("temporal", OLD)
    kept = make_program("kept", NEW)
    cached_binary().parent.mkdir(parents=True)
    kept.rename(cached_binary())
    said: list[str] = []
    assert await find_binary(None, said.append) == cached_binary()
    assert said == []


async def test_why_one_was_passed_over_is_told(make_program: MakeProgram) -> None:
    make_program("temporal", OLD)
    search = await existing_binary(None)
    assert search.binary is None
    assert "1.24.2" in search.passed_over[0]
    assert "1.31.0" in search.passed_over[0]


async def test_the_users_choice_is_taken_before_path(make_program: MakeProgram) -> None:
    make_program("temporal", NEW)
    own = make_program("own", NEW)
    said: list[str] = []
    assert await find_binary(own, said.append) == own
    assert said == []


@pytest.mark.parametrize("body", [OLD, "echo hello", "exit 3"])
async def test_a_choice_that_cannot_work_is_an_error(make_program: MakeProgram, body: str) -> None:
    make_program("temporal", NEW)
    own = make_program("own", body)
    with pytest.raises(StackError, match="own") as caught:
        await find_binary(own, list[str]().append)
    assert "PAGEWRIGHT_TEMPORAL_CLI" in caught.value.hint


async def test_a_choice_that_is_not_there_is_an_error(bin_folder: Path) -> None:
    with pytest.raises(StackError, match=r"missing cannot be run: No such file or directory\.$"):
        await find_binary(bin_folder / "missing", list[str]().append)


@pytest.mark.usefixtures("bin_folder")
async def test_without_any_way_the_error_lists_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_internet(_target: Path, version: str, _on_progress: Callable[[str], None]) -> None:
        message = f"Temporal {version} could not be downloaded."
        raise StackError(message, "")

    monkeypatch.setattr("embedded.binary.download", no_internet)
    said: list[str] = []
    with pytest.raises(StackError) as caught:
        await find_binary(None, said.append)
    assert "could not be downloaded" in caught.value.message
    assert "no `go` on PATH" in caught.value.message
    for way in ("on PATH", "PAGEWRIGHT_TEMPORAL_CLI", str(cached_binary()), "internet", "Go 1.24"):
        assert way in caught.value.hint
    assert CLI_VERSION in caught.value.hint
    assert len(said) == 2

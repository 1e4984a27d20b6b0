import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from embedded.build import build
from embedded.errors import StackError
from embedded.production import build_production, production_programs

MakeProgram = Callable[[str, str], Path]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]

GO = """
if [ "$1" = version ]; then echo "go version go{version} linux/amd64"; exit; fi
echo run >> "{runs}"
while [ "$1" != -o ]; do shift; done
/bin/sleep {seconds}
{outcome}
"""


def go(
    runs: Path,
    *,
    version: str = "1.26.8",
    outcome: str = 'echo binary > "$2"; /bin/chmod +x "$2"',
    seconds: str = "0.3",
) -> str:
    return GO.format(version=version, outcome=outcome, seconds=seconds, runs=runs)


async def test_two_builds_at_once_compile_once(make_program: MakeProgram, tmp_path: Path) -> None:
    runs, target = tmp_path / "runs", tmp_path / "cache" / "temporal"
    make_program("go", go(runs))
    said: list[str] = []
    await asyncio.gather(build(target, "1.8.2", said.append), build(target, "1.8.2", said.append))
    assert target.read_text() == "binary\n"
    assert runs.read_text() == "run\n"
    assert any("6 minutes" in line for line in said)
    assert any("Another process" in line for line in said)


@pytest.mark.parametrize("version", ["1.19.8", "1.23.12"])
async def test_an_old_toolchain_is_not_even_tried(make_program: MakeProgram, tmp_path: Path, version: str) -> None:
    make_program("go", go(tmp_path / "runs", version=version))
    said: list[str] = []
    with pytest.raises(StackError, match=version):
        await build(tmp_path / "temporal", "1.8.2", said.append)
    assert said == []
    assert not (tmp_path / "runs").exists()


async def test_a_failed_build_says_what_the_compiler_said(make_program: MakeProgram, tmp_path: Path) -> None:
    make_program("go", go(tmp_path / "runs", outcome='echo half > "$2"; echo "no such module" >&2; exit 1'))
    with pytest.raises(StackError, match="no such module"):
        await build(tmp_path / "cache" / "temporal", "1.8.2", list[str]().append)
    assert [file.name for file in (tmp_path / "cache").iterdir() if "lock" not in file.name] == []


async def test_a_broken_file_at_the_target_is_built_anew(make_program: MakeProgram, tmp_path: Path) -> None:
    target = tmp_path / "temporal"
    target.write_text("broken")
    make_program("go", go(tmp_path / "runs"))
    said: list[str] = []
    await build(target, "1.8.2", said.append)
    assert target.read_text() == "binary\n"
    assert said[-1].startswith("Built Temporal 1.8.2 in ")


async def test_a_cancelled_build_leaves_no_process_and_no_file(
    make_program: MakeProgram, tmp_path: Path, eventually: Eventually
) -> None:
    late = tmp_path / "late"
    make_program("go", go(tmp_path / "runs", outcome=f'echo late > "{late}"', seconds="1"))
    task = asyncio.create_task(build(tmp_path / "cache" / "temporal", "1.8.2", list[str]().append))
    await eventually((tmp_path / "runs").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(1.2)
    assert not late.exists()


async def test_the_production_programs_are_built_once_each(
    make_program: MakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_program("go", go(tmp_path / "runs", seconds="0"))
    said: list[str] = []

    assert production_programs() is None
    folder = await build_production(said.append)
    again = await build_production(said.append)

    assert production_programs() == again == folder
    assert (tmp_path / "runs").read_text() == "run\n" * 3
    assert [line for line in said if line.startswith("Built temporal-sql-tool of Temporal")]

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from embedded.errors import StackError
from embedded.process import ChildSpec
from embedded.supervisor import RestartPolicy, Supervisor

MakeSpec = Callable[..., ChildSpec]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
IsRunning = Callable[[int], bool]


@asynccontextmanager
async def running(
    specs: tuple[ChildSpec, ...], logs: Path, restarts: RestartPolicy, say: Callable[[str], None] | None = None
) -> AsyncGenerator[Supervisor]:
    supervisor = Supervisor(specs, logs, say or list[str]().append, restarts)
    try:
        await supervisor.start()
        yield supervisor
    finally:
        await supervisor.stop()


async def test_children_start_in_order_and_stop_in_reverse(
    make_spec: MakeSpec, story: Path, tmp_path: Path, at_once: RestartPolicy
) -> None:
    async with running((make_spec("a"), make_spec("b"), make_spec("c")), tmp_path, at_once):
        assert story.read_text().split("\n")[:-1] == ["a starts", "b starts", "c starts"]
    assert story.read_text().split("\n")[3:-1] == ["c stops", "b stops", "a stops"]


async def test_the_next_child_waits_until_the_one_before_is_ready(
    make_spec: MakeSpec, child_code: str, story: Path, tmp_path: Path, at_once: RestartPolicy
) -> None:
    slow = child_code + "time.sleep(0.5)\ntell('is ready')\nready.touch()\nsignal.pause()\n"
    async with running((make_spec("a", slow), make_spec("b")), tmp_path, at_once):
        assert story.read_text().split("\n")[:3] == ["a starts", "a is ready", "b starts"]


async def test_a_killed_child_is_started_again_and_said_so(
    make_spec: MakeSpec, story: Path, tmp_path: Path, at_once: RestartPolicy, eventually: Eventually
) -> None:
    said: list[str] = []
    async with running((make_spec("a"), make_spec("b")), tmp_path, at_once, said.append) as supervisor:
        before = dict(supervisor.pids)
        os.kill(before["a"], signal.SIGKILL)
        await eventually(lambda: "a is up again." in said)
        after = dict(supervisor.pids)
    assert after["a"] != before["a"]
    assert after["b"] == before["b"]
    assert story.read_text().count("a starts") == 2
    told = next(line for line in said if "starting it again" in line)
    assert "a ended (killed by SIGKILL)" in told
    assert "a.log" in told
    assert "\n" not in told


async def test_a_child_that_keeps_dying_is_tried_for_ever(
    make_spec: MakeSpec,
    child_code: str,
    story: Path,
    tmp_path: Path,
    at_once: RestartPolicy,
    eventually: Eventually,
) -> None:
    dies_twice_more = (
        child_code + "if story.read_text().count('a starts') in (2, 3): sys.exit(7)\nready.touch()\nsignal.pause()\n"
    )
    said: list[str] = []
    async with running((make_spec("a", dies_twice_more),), tmp_path, at_once, said.append) as supervisor:
        os.kill(supervisor.pids["a"], signal.SIGTERM)
        await eventually(lambda: "a is up again." in said)
    assert story.read_text().count("a starts") == 4
    assert sum("starting it again" in line for line in said) == 3


async def test_a_child_that_dies_at_start_is_shown_with_its_last_words(
    make_spec: MakeSpec, child_code: str, tmp_path: Path, at_once: RestartPolicy, is_running: IsRunning
) -> None:
    specs = (make_spec("a"), make_spec("b", child_code + "print('no such database')\nsys.exit(3)\n"))
    said: list[str] = []
    supervisor = Supervisor(specs, tmp_path, said.append, at_once)
    with pytest.raises(
        StackError, match=r"(?s)b process ended as it started \(exit code 3\).*no such database"
    ) as caught:
        await supervisor.start()
    assert said == ["Starting a ...", "Starting b ..."]
    assert str(tmp_path / "b.log") in caught.value.hint
    first = supervisor.pids["a"]
    await supervisor.stop()
    assert not is_running(first)


async def test_a_child_that_never_gets_ready_is_ended(
    make_spec: MakeSpec, child_code: str, tmp_path: Path, at_once: RestartPolicy
) -> None:
    spec = make_spec("a", child_code + "signal.pause()\n", start_limit=0.5)
    said: list[str] = []
    supervisor = Supervisor((spec,), tmp_path, said.append, at_once)
    with pytest.raises(StackError, match=r"was not ready after 0\.5 s"):
        await supervisor.start()
    assert said == ["Starting a ..."]
    assert supervisor.pids == {}
    assert [child for child in psutil.Process().children() if "a.ready" in " ".join(child.cmdline())] == []


async def test_a_program_that_is_not_there_is_named(
    make_spec: MakeSpec, tmp_path: Path, at_once: RestartPolicy
) -> None:
    spec = make_spec("a")
    missing = ChildSpec("a", ("/no/such/program",), spec.environment, spec.readiness)
    said: list[str] = []
    with pytest.raises(StackError, match="/no/such/program cannot be started"):
        await Supervisor((missing,), tmp_path, said.append, at_once).start()
    assert said == ["Starting a ..."]


async def test_what_an_earlier_run_left_does_not_count_as_ready(
    make_spec: MakeSpec, child_code: str, tmp_path: Path, at_once: RestartPolicy
) -> None:
    (tmp_path / "a.ready").touch()
    spec = make_spec("a", child_code + "signal.pause()\n", start_limit=0.5)
    said: list[str] = []
    with pytest.raises(StackError, match="was not ready"):
        await Supervisor((spec,), tmp_path, said.append, at_once).start()
    assert said == ["Starting a ..."]


async def test_a_child_that_ignores_sigterm_is_killed_after_its_grace(
    make_spec: MakeSpec, child_code: str, tmp_path: Path, at_once: RestartPolicy, is_running: IsRunning
) -> None:
    deaf = child_code + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nready.touch()\nwhile True: signal.pause()\n"
    said: list[str] = []
    async with running((make_spec("a", deaf, grace=0.3),), tmp_path, at_once, said.append) as supervisor:
        pid = supervisor.pids["a"]
    assert not is_running(pid)
    assert "a did not stop within 0.3 s and was killed." in said


async def test_what_a_child_started_ends_with_it(
    make_spec: MakeSpec,
    child_code: str,
    tmp_path: Path,
    at_once: RestartPolicy,
    is_running: IsRunning,
    eventually: Eventually,
) -> None:
    parent = child_code + (
        "import subprocess\nkid = subprocess.Popen(['sleep', '300'])\n"
        "ready.with_suffix('.kid').write_text(str(kid.pid))\nready.touch()\nsignal.pause()\n"
    )
    async with running((make_spec("a", parent),), tmp_path, at_once):
        kid = int((tmp_path / "a.kid").read_text())
        assert is_running(kid)
    await eventually(lambda: not is_running(kid))


async def test_a_cancelled_stop_kills(
    make_spec: MakeSpec, child_code: str, tmp_path: Path, at_once: RestartPolicy, is_running: IsRunning
) -> None:
    deaf = child_code + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nready.touch()\nwhile True: signal.pause()\n"
    said: list[str] = []
    supervisor = Supervisor((make_spec("a"), make_spec("b", deaf, grace=60)), tmp_path, said.append, at_once)
    await supervisor.start()
    pids = list(supervisor.pids.values())
    stopping = asyncio.create_task(supervisor.stop())
    await asyncio.sleep(0.2)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert said[-1] == "Stopping b ..."
    assert not any(is_running(pid) for pid in pids)


async def test_output_goes_to_the_childs_log(make_spec: MakeSpec, tmp_path: Path, at_once: RestartPolicy) -> None:
    async with running((make_spec("a"),), tmp_path, at_once):
        pass
    assert (tmp_path / "a.log").read_text() == "hello from a\n"


async def test_a_child_has_a_process_group_of_its_own(
    make_spec: MakeSpec, tmp_path: Path, at_once: RestartPolicy
) -> None:
    async with running((make_spec("a"),), tmp_path, at_once) as supervisor:
        pid = supervisor.pids["a"]
        assert os.getpgid(pid) == pid != os.getpgid(0)

"""The embedded stack as a user runs it, `pagewright up` or `observe` in processes of its own.

A test can kill any of them.
"""

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import psutil

from embedded.data_directory import DataDirectory
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.counts import assert_counted
from tests.programs import Process, command_line, start, tied
from tests.temporal_server import free_port

T = TypeVar("T")

FOREIGN: Final = ("PAGEWRIGHT_", "TEMPORAL_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "SLACK_")
"""Variables of the developer's own that a stack under test must not read."""

_MARKS: Final = {
    "temporal": "start-dev",
    "worker": "worker",
    "api": "api",
    "prometheus": shutil.which("prometheus"),
    "alertmanager": shutil.which("prometheus-alertmanager"),
}
"""What is in a child's command line and in no other's."""

_PORTS: Final = ("API", "TEMPORAL", "TEMPORAL_UI", "TEMPORAL_METRICS", "WORKER_METRICS", "PROMETHEUS", "ALERTMANAGER")

_READY_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 60.0
_STEP_SECONDS: Final = 0.05
_MOMENT_SECONDS: Final = 0.002


class RunningStack:
    """One data directory with its ports, and the processes that work on it."""

    def __init__(self, folder: Path, environment: Mapping[str, str], verb: str = "up") -> None:
        """Prepare a stack in `folder`; `environment` holds what is set beside its place and its ports.

        `verb` is `up`, or `observe` for one with Prometheus and Alertmanager.
        """
        self._verb = verb
        self.directory = DataDirectory(folder / "data")
        self.output = folder / "up.log"
        self._ports = {name: free_port() for name in _PORTS}
        own = {f"PAGEWRIGHT_{name}_PORT": str(port) for name, port in self._ports.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self.environment = kept | own | {"PAGEWRIGHT_DATA_DIR": str(self.directory.root)} | dict(environment)
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Base URL of the API."""
        return f"http://127.0.0.1:{self._ports['API']}"

    @property
    def temporal_address(self) -> str:
        """host:port of Temporal."""
        return f"127.0.0.1:{self._ports['TEMPORAL']}"

    @property
    def prometheus_url(self) -> str:
        """Base URL of Prometheus, where the verb starts one."""
        return f"http://127.0.0.1:{self._ports['PROMETHEUS']}"

    @property
    def alertmanager_url(self) -> str:
        """Base URL of Alertmanager, where the verb starts one."""
        return f"http://127.0.0.1:{self._ports['ALERTMANAGER']}"

    @property
    def token(self) -> str:
        """The owner's token."""
        return self.directory.token_file.read_text().strip()

    def start(self) -> None:
        """Start everything and wait until it is ready. Only from the main thread: the stack ends with its starter."""
        with self.output.open("ab") as output:
            program = tied(*command_line(self._verb))
            self._process = start(*program, environment=self.environment, stdout=output, stderr=output)
        self.until_ready()

    def until_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Wait until the whole stack says that it is ready."""
        until(lambda: self._has_ended() or self._is_ready(), seconds, lambda: f"not ready; {self.story()}")
        assert not self._has_ended(), self.story()

    def stop(self) -> None:
        """Stop everything in order, as Ctrl-C does."""
        if self._process is None or self._has_ended():
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        finally:
            self.kill_all()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name: `up`, the supervisor, and those of the children that run now."""
        return {name: process.pid for name, process in self._processes().items()}

    def kill(self, name: str) -> int:
        """Kill one process with SIGKILL; return the process id it had."""
        process = self._processes()[name]
        process.kill()
        psutil.wait_procs([process], timeout=_STOP_SECONDS)
        return process.pid

    def kill_all(self, when: Callable[[], bool] = lambda: True) -> None:
        """Kill the whole stack with SIGKILL once `when` holds: the supervisor first, so that it mends nothing."""
        running = list(self._processes().values())  # looked up first, for it takes a while
        until(when, _STOP_SECONDS, self.story, step=_MOMENT_SECONDS)
        for process in running:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if self._process is not None:
            self._process.wait(_STOP_SECONDS)
        _, alive = psutil.wait_procs(running, timeout=_STOP_SECONDS)
        assert not alive, alive

    @contextmanager
    def without(self, name: str) -> Generator[None]:
        """Keep one process dead while the block lasts: each one the supervisor starts anew is killed at once."""
        self.kill(name)
        over = threading.Event()
        killer = threading.Thread(target=self._keep_dead, args=(name, over), daemon=True)
        killer.start()
        try:
            yield
        finally:
            over.set()
            killer.join()

    @contextmanager
    def http(self) -> Generator[httpx.Client]:
        """Speak to the API as the owner, on a new connection for each request: an old one may lead to the dead."""
        with httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.token}"},
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
            timeout=20,
        ) as client:
            yield client

    def get(self, path: str) -> dict[str, Any]:
        """Return the data at a path."""
        with self.http() as http:
            answer = http.get(path)
        assert answer.status_code == HTTPStatus.OK, answer.text
        return answer.json()["data"]

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> httpx.Response:
        """Post a body, under an Idempotency-Key if one is given."""
        headers = {} if key is None else {"Idempotency-Key": key}
        with self.http() as http:
            return http.post(path, json=body or {}, headers=headers)

    def insist(self, path: str, body: Mapping[str, Any], key: str, seconds: float = 60) -> httpx.Response:
        """Post under a key until the answer is neither a 503 nor that an earlier request is in flight."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self.post(path, body, key=key)
            if "retry-after" not in answer.headers or time.monotonic() > deadline:
                return answer
            time.sleep(float(answer.headers["retry-after"]))

    def until_status(self, job: str, status: str, seconds: float = 90) -> dict[str, Any]:
        """Wait until a job has a status, and return it."""
        path = f"/api/ai/jobs/{job}"
        until(lambda: self.get(path)["status"] == status, seconds, lambda: f"{self.get(path)}\n{self.story()}")
        return self.get(path)

    def read(self, ask: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Ask the stack's own database, whether the stack runs or not."""
        return asyncio.run(self._read(ask))

    def story(self) -> str:
        """Return what the supervisor said and the end of each child's output, for a failed test."""
        logs = [self.output, *sorted(self.directory.logs.glob("*.log"))]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)

    def assert_counted(self) -> None:
        """Hold what is counted to the rows of what happened."""
        asyncio.run(self._with_database(assert_counted))

    async def _read(self, ask: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        async def read(database: Database) -> T:
            async with database.read() as uow:
                return await ask(uow)

        return await self._with_database(read)

    async def _with_database(self, work: Callable[[Database], Awaitable[T]]) -> T:
        database = Database(f"sqlite+aiosqlite:///{self.directory.database}")
        try:
            return await work(database)
        finally:
            await database.close()

    def _processes(self) -> dict[str, psutil.Process]:
        if self._process is None or self._has_ended():
            return {}
        supervisor = psutil.Process(self._process.pid)
        found = {"up": supervisor}
        for child in supervisor.children():
            with suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                found |= {name: child for name, mark in _MARKS.items() if mark in words}
        return found

    def _keep_dead(self, name: str, over: threading.Event) -> None:
        while not over.wait(_STEP_SECONDS):
            process = self._processes().get(name)
            if process is not None:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _is_ready(self) -> bool:
        asked = [f"{self.url}/readyz", *([f"{self.prometheus_url}/-/ready"] if self._verb == "observe" else [])]
        try:
            return all(httpx.get(url, trust_env=False, timeout=10).status_code == HTTPStatus.OK for url in asked)
        except httpx.TransportError:
            return False


def until(holds: Callable[[], bool], seconds: float, story: Callable[[], str], *, step: float = _STEP_SECONDS) -> None:
    """Wait until something holds, looked at every `step` seconds. Fails with `story` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {story()}"
        time.sleep(step)

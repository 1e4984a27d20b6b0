"""The Compose file without a container engine: the same processes with the same settings, on this machine.

Commands, entry points and environments are the file's own. What is changed are addresses (every service is on loopback,
at a free port) and paths (every mount is a folder of the test). A process sees nothing else: no variable of ours, and
of the secrets those its service mounts.
"""

import re
import shutil
import signal
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Final

from embedded.production import production_programs
from tests.compose_file import SECRETS_SCRIPT, Project, Service
from tests.postgres_server import Cluster, postgres_programs, running_postgres
from tests.programs import ROOT, Ended, Process, run, start, tied
from tests.temporal_server import free_port

LOOPBACK: Final = "127.0.0.1"
PORTS: Final = ("5432", "7233", "9233", "3000", "9464", "9090", "9093", "8080")
"""Those that the file names, inside containers."""

_HOSTS: Final = ("postgres", "0.0.0.0")  # noqa: S104  what is replaced
"""Hosts that the file names apart from their ports."""
_OWN_PORTS: Final = (
    *("FRONTEND_HTTP_PORT", "FRONTEND_MEMBERSHIP_PORT", "MATCHING_GRPC_PORT", "MATCHING_MEMBERSHIP_PORT"),
    *("HISTORY_GRPC_PORT", "HISTORY_MEMBERSHIP_PORT", "WORKER_GRPC_PORT", "WORKER_MEMBERSHIP_PORT"),
)
"""Ports of Temporal's inside its container, whose defaults may be taken here."""
_ENTRYPOINTS: Final = {"prometheus": ["prometheus"], "alertmanager": ["prometheus-alertmanager"]}
"""What images start when the file says arguments only, by the names Debian gives these programs."""
_BUSYBOX: Final = {
    "nc": "import socket, sys; socket.create_connection((sys.argv[2], int(sys.argv[3])), 3)",
    "wget": "import sys, urllib.request; urllib.request.urlopen(sys.argv[-1], timeout=3)",
}
"""Programs of the images that health checks use: as much of them as they use."""
_HEALTHY_SECONDS: Final = 120.0
_JOB_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 60.0


class ComposeStack:
    """A project in a folder."""

    def __init__(self, project: Project, folder: Path, temporal_cli: Path, replicas: int) -> None:
        """Prepare `project`, with so many workers; nothing is started."""
        self._services: dict[str, Service] = project["services"]
        self._folder = folder
        self._replicas = replicas
        self.ports = {port: free_port() for port in PORTS}
        self.worker_ports = [free_port() for _ in range(replicas)]
        self._temporal_ports = {name: str(free_port()) for name in _OWN_PORTS}
        self._temporal_ports["FRONTEND_GRPC_PORT"] = str(self.ports["7233"])
        self._programs = _programs(folder / "bin", temporal_cli)
        self._path = f"{ROOT}/.venv/bin:{self._programs}:/usr/bin:/bin"
        self._made_secrets = folder / "secrets"
        self.processes: dict[str, Process] = {}
        self._running = ExitStack()

    def url(self, port: str) -> str:
        """Return where a service is that listens on `port` in its container."""
        return f"http://{LOOPBACK}:{self.ports[port]}"

    def secret(self, name: str) -> str:
        """Return a secret."""
        return (self._made_secrets / name).read_text()

    def start(self) -> None:
        """Start everything that can run here, each when what it depends on has ended well or is healthy."""
        made = run("bash", SECRETS_SCRIPT, self._made_secrets)
        assert made.returncode == 0, made.stderr
        for name in self._in_order():
            if name == "postgres":
                self._start_postgres()
            elif "healthcheck" in self._services[name]:
                self._start_service(name)
            else:
                ended = self.run_job(name)
                assert ended.returncode == 0, f"{name}: {ended.stdout}{ended.stderr}"

    def run_job(self, name: str) -> Ended:
        """Run a job to its end."""
        service = self._services[name]
        command = [*(service.get("entrypoint") or ()), *(service.get("command") or ())]
        return run(
            *self._mapped(name, command),
            environment=self._environment(name),
            folder=self._working_folder(service),
            seconds=_JOB_SECONDS,
        )

    def sql(self, user: str, database: str, query: str, password: str, port: int | None = None) -> Ended:
        """Run a query as somebody; on another server than the stack's where `port` says so."""
        asked = ("--dbname", database, "--tuples-only", "--no-align", "--command", query)
        return self._psql(user, password, *asked, port=port)

    def execute(self, name: str, command: str, folder: Path) -> Ended:
        """Do what `docker compose exec` does with a command of a shell, whose files are in `folder`."""
        environment = self._environment(name) | (self._as_postgres() if name == "postgres" else {})
        (mapped,) = self._mapped(name, [command])
        return run("bash", "-o", "pipefail", "-c", mapped, environment=environment, folder=folder, seconds=_JOB_SECONDS)

    @contextmanager
    def new_postgres(self) -> Generator[int]:
        """Yield the port of a server as the stack's was when it was new."""
        port = free_port()
        with ExitStack() as running:
            self._make_postgres(running, port)
            yield port

    def end(self, name: str) -> tuple[int, float]:
        """Ask a process to stop as `docker stop` does; return its exit code and how many seconds it took."""
        process, began = self.processes.pop(name), time.monotonic()
        process.send_signal(signal.SIGTERM)
        return process.wait(_STOP_SECONDS), time.monotonic() - began

    def stop(self) -> None:
        """End everything that was started, what depends on others first."""
        with self._running:
            for process in reversed(self.processes.values()):
                process.terminate()
            for process in self.processes.values():
                try:
                    process.wait(_STOP_SECONDS)
                except TimeoutExpired:
                    process.kill()
                    raise

    def story(self, name: str) -> str:
        """Return the end of what a process said."""
        log = self._folder / f"{name}.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    def _in_order(self) -> Iterator[str]:
        """Yield services after what they depend on. Grafana is no program that could be had here."""
        left = {name: set(service.get("depends_on") or ()) for name, service in self._services.items()}
        del left["grafana"]
        while left:
            free = [name for name, needed in left.items() if not needed & left.keys()]
            yield from free
            for name in free:
                del left[name]

    def _start_postgres(self) -> None:
        self._make_postgres(self._running, self.ports["5432"])
        self._until_healthy("postgres")

    def _make_postgres(self, running: ExitStack, port: int) -> None:
        """Do what the image does in a new volume: make the cluster as it is told, then run the mounted script."""
        programs = postgres_programs()
        assert programs is not None
        environment = self._services["postgres"]["environment"]
        password = self.secret(Path(environment["POSTGRES_PASSWORD_FILE"]).name)
        _, *options = self._services["postgres"]["command"]
        cluster = Cluster(environment["POSTGRES_INITDB_ARGS"].split(), password, options)
        running.enter_context(running_postgres(programs, port, cluster))
        script = self._paths("postgres")["/docker-entrypoint-initdb.d/postgres-init.sql"]
        user = environment["POSTGRES_USER"]
        done = self._psql(user, password, "--set", "ON_ERROR_STOP=1", "--file", script, port=port)
        assert done.returncode == 0, done.stderr

    def _psql(self, user: str, password: str, *arguments: str, port: int | None = None) -> Ended:
        return run(
            *("psql", "--no-psqlrc", "--host", LOOPBACK, "--port", str(port or self.ports["5432"])),
            *("--username", user, *arguments),
            environment={"PATH": self._path, "PGPASSWORD": password},
        )

    def _as_postgres(self) -> dict[str, str]:
        """Return what lets a client in that speaks through the container's own socket there."""
        password = self.secret("postgres_password")
        return {"PGHOST": LOOPBACK, "PGPORT": str(self.ports["5432"]), "PGPASSWORD": password}

    def _start_service(self, name: str) -> None:
        replicas = self._replicas if name == "worker" else 1
        names = [name, *(f"{name}-{number}" for number in range(2, replicas + 1))]
        for number, replica in enumerate(names):
            self._start_process(name, replica, number)
        for number, replica in enumerate(names):
            self._until_healthy(name, replica, number)

    def _start_process(self, name: str, replica: str, number: int) -> None:
        service = self._services[name]
        given = [*(service.get("entrypoint") or ()), *(service.get("command") or ())]
        command = [*_ENTRYPOINTS.get(name, ()), *self._mapped(name, given, number)]
        if name == "temporal-ui":
            command = _ui_command(self._folder / "ui-server")
        with (self._folder / f"{replica}.log").open("wb") as output:
            self.processes[replica] = start(
                *tied(*command),
                environment=self._environment(name, number),
                folder=self._working_folder(service),
                stdout=output,
                stderr=output,
            )

    def _until_healthy(self, name: str, replica: str | None = None, number: int = 0) -> None:
        """Run the health check until it passes."""
        check = self._mapped(name, self._services[name]["healthcheck"]["test"][1:], number)
        environment = self._environment(name, number)
        deadline = time.monotonic() + _HEALTHY_SECONDS
        while (looked := run(*check, environment=environment, seconds=30)).returncode != 0:
            process = self.processes.get(replica or name)
            has_ended = process is not None and process.poll() is not None
            assert not has_ended, f"{name} ended: {self.story(replica or name)}"
            assert time.monotonic() < deadline, f"{name} is not healthy: {looked.stderr}{self.story(replica or name)}"
            time.sleep(0.3)

    def _working_folder(self, service: Service) -> Path:
        """Return the folder an image starts in: ours has the code there, others nothing that matters."""
        return ROOT if service["image"].startswith("pagewright:") else self._folder

    def _environment(self, name: str, number: int = 0) -> dict[str, str]:
        given: Mapping[str, str] = self._services[name].get("environment") or {}
        mapped = dict(zip(given, self._mapped(name, given.values(), number), strict=True))
        own = self._temporal_ports if name == "temporal" else {}
        return {"PATH": self._path, "HOME": str(self._folder), **mapped, **own}

    def _mapped(self, name: str, words: Iterable[str], number: int = 0) -> list[str]:
        """Return words of the file with addresses and paths of this machine."""
        paths = self._paths(name, number)
        return [_with_paths(self._with_addresses(word, number), paths) for word in words if word != "--look-up=worker"]

    def _with_addresses(self, text: str, number: int) -> str:
        ports = {**self.ports, "9464": self.worker_ports[number]}
        if text in ports:
            return str(ports[text])
        if text in _HOSTS:
            return LOOPBACK
        # DNS would tell of each replica.
        text = text.replace("worker:9464", ",".join(f"{LOOPBACK}:{port}" for port in self.worker_ports))
        hosts = "|".join(map(re.escape, [*self._services, *_HOSTS, LOOPBACK]))
        inside = "|".join(self.ports)
        return re.sub(rf"\b(?:{hosts}):({inside})\b", lambda found: f"{LOOPBACK}:{ports[found[1]]}", text)

    def _paths(self, name: str, number: int = 0) -> dict[str, str]:
        """Return the paths here of what a service mounts. Files are copied, for there are such paths in them, too."""
        service = self._services[name]
        own = self._folder / "services" / name / str(number)
        own.mkdir(parents=True, exist_ok=True)
        paths = {
            "/tmp": str(_made(own / "tmp")),  # noqa: S108  what is replaced
            "/run/secrets": str(self._mounted_secrets(service, own)),
            "/etc/temporal/entrypoint.sh": str(self._programs / "entrypoint.sh"),
        }
        files: dict[str, Path] = {}
        for mount in service.get("volumes", ()):
            if mount["type"] == "volume":
                paths[mount["target"]] = str(_made(self._folder / "volumes" / mount["source"]))
            else:
                files[mount["target"]] = Path(mount["source"])
                paths[mount["target"]] = str(own / Path(mount["source"]).name)
        for target, source in files.items():
            Path(paths[target]).write_text(_with_paths(source.read_text(), paths))
        return paths

    def _mounted_secrets(self, service: Service, own: Path) -> Path:
        folder = _made(own / "secrets")
        for secret in service.get("secrets", ()):
            text = self.secret(secret["source"])
            (folder / secret["source"]).write_text(self._with_addresses(text, 0))
        return folder


def _with_paths(text: str, paths: Mapping[str, str]) -> str:
    """Return a text with other paths, all replaced at once: those here may lie below one that is replaced."""
    longest_first = sorted(paths, key=len, reverse=True)
    any_path = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<![\w./])({any_path})(?![\w.-])", lambda found: paths[found[1]], text)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _programs(folder: Path, temporal_cli: Path) -> Path:
    """Return a folder with the programs that are on PATH in the images, under their names there."""
    production, postgres = production_programs(), postgres_programs()
    assert production is not None
    assert postgres is not None
    _made(folder)
    clients = [postgres / name for name in ("psql", "pg_isready", "pg_dump", "pg_dumpall")]
    for program in (*production.iterdir(), *clients):
        (folder / program.name).symlink_to(program)
    (folder / "temporal").symlink_to(temporal_cli)
    for name, program in _BUSYBOX.items():
        _write_program(folder / name, f"#!{ROOT}/.venv/bin/python -IS\n{program}\n")
    image = _module("go.temporal.io/server") / "docker" / "scripts" / "sh" / "entrypoint.sh"
    # The image's shell knows `pipefail`, which this machine's need not.
    _write_program(folder / "entrypoint.sh", image.read_text().replace("#!/bin/sh", "#!/bin/bash", 1))
    return folder


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _ui_command(folder: Path) -> list[str]:
    """Return what the image's entry point runs, with the image's configuration; on loopback, which that cannot say."""
    configuration = _module("github.com/temporalio/ui-server/v2") / "config" / "docker.yaml"
    _made(folder / "config")
    (folder / "config" / "docker.yaml").write_text(f"{configuration.read_text()}\nhost: {LOOPBACK}\n")
    return ["ui-server", "--root", str(folder), "--env", "docker", "start"]


def _module(name: str) -> Path:
    """Return the folder of a Go module's source."""
    go = shutil.which("go")
    assert go is not None
    found = run(go, "list", "-m", "-f", "{{.Dir}}", name, folder=ROOT / "ops" / "temporal")
    assert found.returncode == 0, found.stderr
    return Path(found.stdout.strip())

"""Postgres as tests start it: a cluster in a folder of its own, on loopback, without waiting for the disk."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_DEBIAN: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a cluster is made and started."""

    initdb: Sequence[str] = ("--auth", "trust")
    password: str | None = None
    """That of its user, for a server that asks for one."""
    options: Sequence[str] = ()
    """The server's own, beside its place and its port."""


TRUSTING: Final = Cluster()
"""One that lets everybody on this machine in."""


def postgres_programs() -> Path | None:
    """Return the folder of `initdb` and `pg_ctl`, the newest version's; None without a server."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return found[-1].parent if found else None


@contextmanager
def running_postgres(programs: Path, port: int, cluster: Cluster = TRUSTING) -> Generator[str]:
    """Yield the URL of a server, without a database's name, that runs while the block lasts.

    Its files are not in pytest's folder, which each run that starts closes to all but its own user: at its next
    checkpoint the server, which is another user's, would fall.
    """
    with TemporaryDirectory(prefix="postgres-") as folder:
        yield from _running(programs, port, Path(folder), cluster)


def _running(programs: Path, port: int, folder: Path, cluster: Cluster) -> Generator[str]:
    data, password = folder / "data", folder / "password"
    data.mkdir()
    password.write_text(cluster.password or "")
    arguments = (*cluster.initdb, *([] if cluster.password is None else ["--pwfile", password]))
    if os.geteuid() == 0:
        _hand_over(folder)
    _run(programs / "initdb", "--pgdata", data, "--username", _USER, "--no-sync", "--encoding", "UTF8", *arguments)
    own = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    options = " ".join([own, *cluster.options])
    _run(programs / "pg_ctl", "--pgdata", data, "--log", folder / "log", "--options", options, "--wait", "start")
    try:
        yield f"postgresql+asyncpg://{_USER}@127.0.0.1:{port}"
    finally:
        _stop(programs, data, folder / "log")


def _hand_over(folder: Path) -> None:
    """Give the folder to the server's user, and a way in: a server refuses to run as root."""
    user = pwd.getpwnam(_USER)
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o011)


def _stop(programs: Path, data: Path, log: Path) -> None:
    """Stop the server. One that is gone already, as its tests will have said, is no fault of the last test's."""
    try:
        _run(programs / "pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")
    except subprocess.CalledProcessError:
        if (data / "postmaster.pid").exists():
            message = f"Postgres does not stop: {log.read_text()[-500:]}"
            raise RuntimeError(message) from None


def _run(*command: str | Path) -> None:
    user = _USER if os.geteuid() == 0 else None
    subprocess.run([*map(str, command)], check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own command line

"""The data directory of a stack: databases, logs, the owner's token, and the lock that keeps a second stack out."""

import os
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from embedded.errors import StackError

PRIVATE_DIRECTORY: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_TOKEN_BYTES: Final = 32
_HINT: Final = "Set PAGEWRIGHT_DATA_DIR to a directory this user can write to."


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Paths inside one data directory. `root` is absolute."""

    root: Path

    @property
    def database(self) -> Path:
        """Pagewright's own SQLite database."""
        return self.root / "pagewright.db"

    @property
    def temporal_database(self) -> Path:
        """The SQLite database of Temporal's dev server."""
        return self.root / "temporal.db"

    @property
    def logs(self) -> Path:
        """One log file for each child."""
        return self.root / "logs"

    @property
    def token_file(self) -> Path:
        """The owner's bearer token; only the owner can read it."""
        return self.root / "owner.token"

    @property
    def signing_keys(self) -> Path:
        """The secrets that sign minted tokens; only the owner can read it."""
        return self.root / "signing-keys.json"

    @property
    def worker_ready_file(self) -> Path:
        """Exists while the worker polls its queues."""
        return self.root / "worker.ready"

    @property
    def prometheus(self) -> Path:
        """What Prometheus reads, and its samples."""
        return self.root / "prometheus"

    @property
    def alertmanager(self) -> Path:
        """What Alertmanager reads, with secrets, and what it remembers."""
        return self.root / "alertmanager"

    @property
    def lock_file(self) -> Path:
        """Held by the running stack."""
        return self.root / "stack.lock"

    @property
    def pid_file(self) -> Path:
        """The process id of the stack that holds the lock, or of one that was killed."""
        return self.root / "stack.pid"

    @contextmanager
    def locked(self) -> Generator[None]:
        """Keep every other stack out. Raises StackError when one already runs here.

        Two dev servers open one database file without complaint, so nothing else would keep them apart.
        """
        lock = FileLock(self.lock_file, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise _in_use(self) from None
        try:
            self.pid_file.write_text(f"{os.getpid()}\n")
            yield
        finally:
            self.pid_file.unlink(missing_ok=True)
            lock.release()

    def make_database(self) -> None:
        """Make the database's file, empty and readable by this user only, if it is missing: it will hold briefs.

        SQLite gives the files it makes beside it the same mode.
        """
        if not self.database.exists():
            self.database.touch(mode=_PRIVATE_FILE)

    def is_locked(self) -> bool:
        """Return whether a stack runs here."""
        lock = FileLock(self.lock_file, timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False

    def holder(self) -> int | None:
        """Return the process id of the stack that runs here; None when none does, or it has not said yet.

        A stack that was killed leaves its process id behind, but not its lock.
        """
        if not self.is_locked():
            return None
        try:
            return int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None


def open_data_directory(path: Path) -> DataDirectory:
    """Return the data directory at `path`, made (mode 700) if it is missing. Raises StackError when not writable."""
    directory = DataDirectory(path.expanduser().absolute())
    try:
        if not directory.root.exists():
            directory.root.mkdir(parents=True, mode=PRIVATE_DIRECTORY)
        directory.logs.mkdir(exist_ok=True, mode=PRIVATE_DIRECTORY)
        with tempfile.TemporaryFile(dir=directory.root):
            pass
    except OSError as error:
        message = f"The data directory {directory.root} is not writable: {error.strerror or error}."
        raise StackError(message, _HINT) from error
    return directory


def owner_token(directory: DataDirectory) -> str:
    """Return the owner's token, made on the first call. Processes that call this at once get the same one.

    Raises StackError when its file is empty: no token at all would be one that everybody knows.
    """
    if not directory.token_file.exists():
        _write_new_token(directory)
    token = directory.token_file.read_text().strip()
    if not token:
        message = f"The owner's token in {directory.token_file} is empty."
        raise StackError(message, "Delete the file: the next start makes a new token.")
    return token


def _write_new_token(directory: DataDirectory) -> None:
    """Put a new token in place in one step, unless another process was first."""
    draft = directory.root / f".owner.token.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{secrets.token_urlsafe(_TOKEN_BYTES)}\n")
    try:
        os.link(draft, directory.token_file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _in_use(directory: DataDirectory) -> StackError:
    pid = directory.holder()
    who = "another stack" if pid is None else f"another stack (process {pid})"
    message = f"The data directory {directory.root} is in use by {who}."
    hint = "Stop that stack (Ctrl-C in its terminal), or set PAGEWRIGHT_DATA_DIR to another directory."
    return StackError(message, hint)

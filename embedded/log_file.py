"""What a child prints, on disk and bounded in size."""

from collections import deque
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 10_000_000
_REMEMBERED: Final = 4_096


class LogFile:
    """The output of one child. What was there before is kept as `<name>.1`, and again when `max_bytes` are reached.

    Together both never hold more than twice `max_bytes` and one chunk.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        """Start a fresh file at `path`. Raises OSError when it cannot be written."""
        self.path = path
        self._max_bytes = max_bytes
        self._recent = b""
        self._begin()

    def write(self, chunk: bytes) -> None:
        """Append `chunk`."""
        self._recent = (self._recent + chunk)[-_REMEMBERED:]
        if self._file.tell() + len(chunk) > self._max_bytes:
            self._file.close()
            self._begin()
        self._file.write(chunk)

    def last_lines(self, count: int) -> str:
        """Return the last lines that hold something, at most `count`."""
        lines = self._recent.decode(errors="replace").splitlines()
        return "\n".join(deque((line for line in lines if line.strip()), maxlen=count))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _begin(self) -> None:
        if self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = self.path.open("ab", buffering=0)

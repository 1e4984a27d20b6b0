"""Temporal's command-line binary, which carries the dev server: where it is found, and what it must be."""

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embedded.build import GO, build
from embedded.download import download
from embedded.errors import StackError
from embedded.progress import Progress

CLI_VERSION: Final = "1.8.2"
OLDEST_SERVER: Final = (1, 31, 0)
VERSION_SECONDS: Final = 30.0
"""How long a binary may take to say its version; the first start from a slow disk takes seconds."""

Version = tuple[int, int, int]

_SERVER: Final = re.compile(r"\bServer (\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Search:
    """A look at the places where a binary may lie already: what was found, or why each find is of no use."""

    binary: Path | None
    passed_over: tuple[str, ...] = ()


async def existing_binary(explicit: Path | None) -> Search:
    """Look for Temporal's binary without getting one.

    `explicit` is the user's own choice (PAGEWRIGHT_TEMPORAL_CLI): it is taken, or refused with a StackError. Otherwise
    `temporal` on PATH is taken before the cache, when its server is new enough.
    """
    if explicit is not None:
        return Search(await _required(explicit))
    passed_over: list[str] = []
    for candidate in (_on_path(), cached_binary()):
        if candidate is None or not os.access(candidate, os.F_OK):
            continue
        try:
            return Search(await _required(candidate))
        except StackError as error:
            passed_over.append(error.message)
    return Search(None, tuple(passed_over))


async def find_binary(explicit: Path | None, on_progress: Progress) -> Path:
    """Return Temporal's binary: an existing one, else the SDK's download of it, else one built from source.

    Raises StackError that lists every way to get one when none works.
    """
    search = await existing_binary(explicit)
    if search.binary is not None:
        return search.binary
    passed_over = list(search.passed_over)
    for get in (download, build):
        try:
            await get(cached_binary(), CLI_VERSION, on_progress)
            return await _required(cached_binary())
        except StackError as error:
            on_progress(error.message)
            passed_over.append(error.message)
    raise _nowhere(passed_over)


def cached_binary() -> Path:
    """Return where a binary that was downloaded or built is kept."""
    return cache_directory() / f"temporal-{CLI_VERSION}"


def cache_directory() -> Path:
    """Return where the binary is kept between installations (XDG_CACHE_HOME is honoured)."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pagewright"


async def server_version(binary: Path) -> Version:
    """Return the version of the server inside `binary`. Raises StackError when it does not say one."""
    hint = f"PAGEWRIGHT_TEMPORAL_CLI names a Temporal CLI {CLI_VERSION} or newer."
    try:
        output = await _version_text(binary)
    except (OSError, TimeoutError) as error:
        message = f"{binary} cannot be run: {error.strerror or 'it did not answer'}."
        raise StackError(message, hint) from error
    match = _SERVER.search(output)
    if match is None:
        message = f"{binary} is not Temporal's command line: `--version` says {output.strip()[:100]!r}."
        raise StackError(message, hint)
    return (int(match[1]), int(match[2]), int(match[3]))


def spell(version: Version) -> str:
    """Return a version with its dots."""
    return ".".join(str(number) for number in version)


async def _version_text(binary: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        binary,
        "--version",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(VERSION_SECONDS):
            output, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return output.decode(errors="replace")


def _on_path() -> Path | None:
    found = shutil.which("temporal")
    return None if found is None else Path(found)


async def _required(binary: Path) -> Path:
    version = await server_version(binary)
    if version < OLDEST_SERVER:
        message = f"{binary} carries Temporal server {spell(version)}; {spell(OLDEST_SERVER)} or newer is needed."
        raise StackError(message, f"PAGEWRIGHT_TEMPORAL_CLI names a Temporal CLI {CLI_VERSION} or newer.")
    return binary


def _nowhere(passed_over: list[str]) -> StackError:
    tried = "".join(f"\n  - {reason}" for reason in passed_over)
    message = f"There is no Temporal binary, and none could be got:{tried}"
    hint = (
        "Any one of these mends it:\n"
        f"  - install Temporal's CLI {CLI_VERSION} or newer so that `temporal` is on PATH;\n"
        "  - set PAGEWRIGHT_TEMPORAL_CLI to such a binary;\n"
        f"  - copy one to {cached_binary()};\n"
        "  - connect to the internet once: it is then downloaded in seconds;\n"
        f"  - install {GO}: it is then built from source, once, in some minutes."
    )
    return StackError(message, hint)

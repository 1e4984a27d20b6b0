"""Temporal's production server with its tools, as its images have them: built once from the module in `ops/temporal`.

`python -m embedded.production` builds what is missing; `make temporal-server` runs this. Tests run the programs with
the settings of the Compose file.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from embedded.binary import cache_directory
from embedded.build import build_package
from embedded.errors import StackError
from embedded.progress import Progress

SERVER_VERSION: Final = "1.31.2"

_PACKAGES: Final = {
    "temporal-server": "go.temporal.io/server/cmd/server",
    "temporal-sql-tool": "go.temporal.io/server/cmd/tools/sql",
    "ui-server": "github.com/temporalio/ui-server/v2/cmd/server",
}
"""Programs by the names they have in the images."""


def production_programs() -> Path | None:
    """Return the folder with the programs; None when one of them is not built yet."""
    folder = _folder()
    return folder if all(os.access(folder / name, os.X_OK) for name in _PACKAGES) else None


async def build_production(on_progress: Progress) -> Path:
    """Build the programs that are missing and return their folder. Raises StackError."""
    folder = _folder()
    for name, package in _PACKAGES.items():
        if not os.access(folder / name, os.X_OK):
            await build_package(folder / name, package, f"{name} of Temporal {SERVER_VERSION}", on_progress)
    return folder


def _folder() -> Path:
    return cache_directory() / f"temporal-server-{SERVER_VERSION}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Print the folder; progress and errors go to standard error."""
    try:
        folder = asyncio.run(build_production(_say))
    except StackError as error:
        _say(f"Error: {error.message}\n{error.hint}")
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

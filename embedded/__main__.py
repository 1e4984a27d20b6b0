"""`python -m embedded`: get Temporal's binary and print where it is. `make temporal` runs this."""

import asyncio
import sys

from embedded.binary import find_binary
from embedded.errors import StackError
from settings import Settings


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Print the binary's path; progress and errors go to standard error."""
    try:
        binary = asyncio.run(find_binary(Settings().temporal_cli, _say))
    except StackError as error:
        _say(f"Error: {error.message}\n{error.hint}")
        return 1
    sys.stdout.write(f"{binary}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

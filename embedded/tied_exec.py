"""Become another program that ends when its parent does: `python tied_exec.py <parent pid> <program> <arguments>`.

Run as a script by the supervisor. It sets PR_SET_PDEATHSIG (prctl(2)) between fork and exec: in a process of its own,
because code between fork and exec of a threaded parent may deadlock. Systems other than Linux know no such signal.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_NOT_STARTED: Final = 127


def main() -> None:
    """Replace this process by the program. Returns only by exiting, when the parent is gone or the program missing."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(_NOT_STARTED)  # it died before the line above could take effect
    try:
        os.execvp(command[0], command)  # noqa: S606  # no shell is wanted
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        sys.exit(_NOT_STARTED)


if __name__ == "__main__":
    main()

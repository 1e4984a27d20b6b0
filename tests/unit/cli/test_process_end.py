import pytest

from tests.programs import python

PROGRAM = """
import atexit, sys
{first}
from cli.process_end import leave
atexit.register(print, "taken down")
sys.stdout.write("written")
leave({code})
"""


@pytest.mark.parametrize("code", [0, 1, 2])
def test_python_is_not_taken_down_under_temporals_threads(code: int) -> None:
    ended = python(PROGRAM.format(first="import temporalio.client", code=code))
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "written", "")


def test_without_temporal_a_process_ends_as_ever() -> None:
    ended = python(PROGRAM.format(first="", code=3))
    assert (ended.returncode, ended.stdout) == (3, "writtentaken down\n")

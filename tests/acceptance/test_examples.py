"""Every example brief becomes a page through the real stack, by the script anybody can run."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from cli.client.answers import Job
from cli.client.page_answers import Check
from examples.generate_all import Made
from tests import programs
from tests.acceptance.stack import FOREIGN
from tests.programs import ROOT, Ended

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

BRIEFS: Final = sorted(path.stem for path in (ROOT / "examples" / "briefs").iterdir())
LINE: Final = re.compile(
    r"^✓ (?P<brief>[\w-]+) +(?P<sections>\d+) sections  (?P<passed>\d+) of (?P<checks>\d+) checks  no advice +"
    r"[\d,]+ tokens +\d+\.\d s  (?P<file>.+)$",
    re.MULTILINE,
)

Run = Callable[..., Ended]


@pytest.fixture
def run(temporal_binary: Path, tmp_path: Path) -> Run:
    """Return a function that runs the script as a user does and waits for its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    environment = kept | {"PAGEWRIGHT_TEMPORAL_CLI": str(temporal_binary), "TMPDIR": str(tmp_path)}

    def run_it(*arguments: str) -> Ended:
        script = (sys.executable, "examples/generate_all.py", "--out", tmp_path / "out")
        return programs.run(*script, *arguments, environment=environment, seconds=170)

    return run_it


def test_every_example_makes_a_page_that_passes_every_check_and_needs_no_advice(run: Run, tmp_path: Path) -> None:
    ended = run()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "not AI" in ended.stdout
    lines = [match.groupdict() for match in LINE.finditer(ended.stdout)]
    assert [line["brief"] for line in lines] == BRIEFS, ended.stdout
    for line in lines:
        assert line["passed"] == line["checks"]
        assert int(line["checks"]) > 20
        assert Path(line["file"]).read_text("utf-8").startswith("<!doctype html>")
    assert len({line["file"] for line in lines}) == len(BRIEFS)
    assert not list(tmp_path.glob("pagewright-examples-*")), "its stack's folder is left behind"


def test_a_brief_that_is_refused_ends_it_with_an_error(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("\n")
    ended = run(str(empty))
    assert ended.returncode == 1
    assert "brief" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_url_needs_its_token(run: Run) -> None:
    ended = run("--url", "http://127.0.0.1:9")
    assert ended.returncode == 2
    assert "--token" in ended.stderr


@pytest.mark.parametrize(
    ("status", "check", "is_green"),
    [
        ("completed", Check(name="links", kind="section", passed=True), True),
        ("completed", Check(name="claims", kind="advice", passed=False), True),
        ("completed", Check(name="links", kind="section", passed=False), False),
        ("failed", Check(name="links", kind="section", passed=True), False),
    ],
)
def test_a_page_is_green_when_it_was_made_and_passes_all_but_advice(
    status: str, check: Check, *, is_green: bool
) -> None:
    made = Made(Path("bakery.md"), Job(id="job_1", page_id="page_1", status=status), checks=(check,))
    assert made.is_green is is_green

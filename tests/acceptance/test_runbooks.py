"""Every command of every runbook runs against a live stack with Prometheus and Alertmanager, and its queries get data.

Pages are run one after the other in one shell, the first page first, for it sets the variables, and the page for
emergencies last, for it stops everything and starts it again. A command that only looks is run once for all pages but
that one.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.bench import Bench
from tests.acceptance.few_jobs import FewJobs
from tests.acceptance.shell import Shell, commands_of, one_line
from tests.acceptance.stack import until
from tests.acceptance.vendor import MODEL
from tests.programs import ROOT

FIRST: Final = "README"
LAST: Final = "emergency"

SCHEDULE: Final = 'pagewright schedules create "Front page" --cron "0 6 * * mon" --page PAGE_ID'
"""For pages that steer one."""

ONLY_LOOKS: Final = re.compile(
    r"curl (?!.*-X)|uptime|free |df |ls |tail |grep |pagewright ("
    r"doctor|estimate|(queue|jobs|dlq|batches|schedules|token|audit|prices) (list|stats|metrics|history|check)|usage)"
)
_QUERY: Final = re.compile(r"'query=([^']*)'")
_MAY_BE_EMPTY: Final = re.compile(r"[<>=]=? ?[\d.]+\)?$|offset|ALERTS\{(?!alertname=.Watchdog)|:increase30m")
"""Queries for what is not so here: beyond a threshold, an hour ago, an alert that fires, trouble of Temporal's."""


@pytest.fixture(scope="module")
def verb() -> str:
    """With Prometheus and Alertmanager."""
    return "observe"


@pytest.fixture(scope="module")
def latency() -> float:
    """A vendor that is quick: the commands matter."""
    return 0.0


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Probes, and a second model: pages tell how to ask another one."""
    return {"PAGEWRIGHT_PROBE_EVERY": "10", "PAGEWRIGHT_MODELS": f"{MODEL},openai:gpt-6.1-terra"}


@pytest.fixture(autouse=True)
def temporal_on_path(
    temporal_binary: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporal's program, under its own name."""
    programs = tmp_path_factory.mktemp("programs")
    (programs / "temporal").symlink_to(temporal_binary)
    monkeypatch.setenv("PATH", str(programs), prepend=":")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.requires("curl", "jq", "prometheus", "alertmanager")
def test_every_command_of_every_runbook_works(bench: Bench, shell: Shell) -> None:
    jobs = FewJobs(bench)
    jobs.fill()
    shell.run(jobs.filled_in(SCHEDULE))
    until(lambda: _is_measured(shell, jobs), 120, bench.stack.story, step=1)
    failures = [failure for page, command in commands() if (failure := _failure(page, command, shell, jobs))]
    assert not failures, "\n\n".join(failures)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command with its page's name, in the order in which they are run."""
    looked: set[str] = set()
    for page in _pages():
        looked = looked if page != LAST else set()
        for command in commands_of(f"docs/runbooks/{page}.md"):
            line = one_line(command)
            if line not in looked:
                yield page, command
            if ONLY_LOOKS.match(line):
                looked.add(line)


def _pages() -> list[str]:
    pages = sorted(path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md"))
    return [FIRST, *(page for page in pages if page not in {FIRST, LAST}), LAST]


def _is_measured(shell: Shell, jobs: FewJobs) -> bool:
    """Whether Prometheus has asked often enough that rates have values, and every rule was looked at."""
    query = (
        'count_over_time(slo:rounds_failed:ratio_rate6h[10m]) >= 1 and on () count_over_time(up{job="api"}[1m]) >= 3'
    )
    asked = f"curl --get {jobs.stack.prometheus_url}/api/v1/query --data-urlencode 'query={query}'"
    return '"metric"' in shell.run(asked).output


def _failure(page: str, command: str, shell: Shell, jobs: FewJobs) -> str | None:
    """Run a command and return what is wrong with it, so that one that fails hides no other."""
    try:
        ran = shell.run(jobs.filled_in(command))
    except (AssertionError, LookupError) as error:
        return f"{page}: {command}\n{error}"
    query = _QUERY.search(command)
    if query is None or ran.output.strip() or _MAY_BE_EMPTY.search(query[1]):
        return None
    return f"{page}: {command}\ngets no data"

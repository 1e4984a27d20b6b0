"""Every command of the operations guide is run against a stack with 200 mixed jobs, and answers as somebody is told.

The guide has the commands this product was asked for, and more. AS_FIRST_ASKED holds those that were asked for in
another spelling, with nothing replaced but what stands for a job, a dead letter or a day: they have to answer alike.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from tests.acceptance.answers import batches, jobs, letters, machine, money, queues
from tests.acceptance.answers.reading import AUTH, Answers, Holds
from tests.acceptance.bench import Bench
from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.shell import Shell, commands_of, one_line

GUIDE: Final = "docs/operations.md"

_TABLES: Final = (machine.ANSWERS, jobs.ANSWERS, letters.ANSWERS, queues.ANSWERS, batches.ANSWERS, money.ANSWERS)
ANSWERS: Final[Answers] = {command: holds for table in _TABLES for command, holds in table.items()}

ASKS: Final = {"pagewright jobs delete JOB_ID", "pagewright queue clear", "pagewright queue clear --status=completed"}
"""Typed at a terminal, where they ask and are told yes."""

_BEARER: Final = 'curl -H "Authorization: Bearer $JWT_TOKEN"'
_API: Final = "http://localhost:3000/api/ai"
AS_FIRST_ASKED: Final = {
    'curl "$PAGEWRIGHT_URL/api/health"': ("curl http://localhost:3000/api/health",),
    'curl "$PAGEWRIGHT_URL/metrics"': ("curl http://localhost:3000/metrics",),
    f'{AUTH}/api/ai/jobs/metrics?hours=24"': (f"{_BEARER} {_API}/jobs/metrics?hours=24",),
    f'{AUTH}/api/ai/jobs/history?limit=50"': (f"{_BEARER} {_API}/jobs/history?limit=50",),
    # asked for without a token, which numbers of jobs are not told to here
    f'{AUTH}/api/ai/jobs/metrics"': (f"{_BEARER} {_API}/jobs/metrics",),
    f'{AUTH}/api/ai/dlq"': (f"{_BEARER} {_API}/dlq",),
    f'{AUTH}/api/ai/dlq/stats"': (f"{_BEARER} {_API}/dlq/stats",),
    f'{AUTH}/api/ai/dlq?limit=10000" > dlq-export.json': (f"{_BEARER} {_API}/dlq?limit=10000 > dlq-export.json",),
    f'{AUTH}/api/ai/usage/current-month"': (f"{_BEARER} {_API}/usage/current-month",),
    f'{AUTH}/api/ai/usage/last-n-days?days=7"': (
        f"{_BEARER} {_API}/usage/last-n-days?days=7",
        f"{_BEARER} {_API}/usage/last-n-days",
    ),
    f'{AUTH}/api/ai/usage/report?topUsersLimit=10"': (
        f'{_BEARER} "{_API}/usage/report?topUsersLimit=10"',
        f"{_BEARER} {_API}/usage/report",
    ),
    f'{AUTH}/api/ai/usage/report?startDate=$start&endDate=$end&format=csv" > usage-report.csv': (
        f'{_BEARER} "{_API}/usage/report?startDate=2025-10-01&endDate=2025-10-10&format=csv" > usage-report.csv',
    ),
}


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Make 200 pages soon, and let them be paid for."""
    return {
        "PAGEWRIGHT_MAX_COST_PER_DAY": "1000",
        "PAGEWRIGHT_CALLS_PER_SECOND": "1000",
        "PAGEWRIGHT_CALLS_PER_WORKER": "40",
    }


@pytest.fixture(scope="module")
def latency() -> float:
    """A vendor that is quick: the commands matter."""
    return 0.0


def test_what_each_command_of_the_guide_answers_is_known() -> None:
    commands = {one_line(command) for command in commands_of(GUIDE)}
    assert commands == ANSWERS.keys()
    assert commands >= AS_FIRST_ASKED.keys() | ASKS
    assert sum(map(len, _TABLES)) == len(ANSWERS)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.requires("curl", "jq")
def test_every_command_of_the_guide_works_and_answers(bench: Bench, shell: Shell) -> None:
    filled = MixedJobs(bench)
    filled.fill()
    assert sum(filled.by_status().values()) == 200
    failures = [failure for line in _lines() if (failure := _failure(line, shell, filled))]
    assert not failures, "\n\n".join(failures)


def _lines() -> Iterator[tuple[str, Holds]]:
    """Yield each command with what it has to answer; after the first of its kind, its other spellings."""
    written: Counter[str] = Counter()
    for line in commands_of(GUIDE):
        command = one_line(line)
        yield line, ANSWERS[command]
        if not written[command]:
            yield from ((other, ANSWERS[command]) for other in AS_FIRST_ASKED.get(command, ()))
        written[command] += 1


def _failure(line: tuple[str, Holds], shell: Shell, filled: MixedJobs) -> str | None:
    """Run a command and return what is wrong with it, so that one that fails hides no other."""
    command, holds = line
    run = shell.confirm if command in ASKS else shell.run
    try:
        holds(run(filled.filled_in(command)), filled)
    except (AssertionError, LookupError, TypeError, ValueError, httpx.HTTPError) as error:
        return f"{command}\n{type(error).__name__}: {error}"
    return None

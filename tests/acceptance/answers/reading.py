"""What a command of the operations guide said, read; and checks that many commands share."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.acceptance.mixed_jobs import MixedJobs
from tests.acceptance.shell import Ran
from tests.acceptance.stack import until

Holds = Callable[[Ran, MixedJobs], None]
"""Fails unless a command that has just run said and did what somebody is told to expect of it."""
Answers = Mapping[str, Holds]
"""By command, as the guide writes it, its lines made one."""

AUTH: Final = 'curl -H "Authorization: Bearer $JWT_TOKEN" "$PAGEWRIGHT_URL'
POST: Final = 'curl -X POST -H "Authorization: Bearer $JWT_TOKEN" "$PAGEWRIGHT_URL'

_SOON: Final = 60.0


def data_of(ran: Ran) -> dict[str, Any]:
    """Return the data of an answer of the API."""
    return json.loads(ran.output)["data"]


def ids_in(text: str, kind: str) -> set[str]:
    """Return the ids in a text: `job` does not mean those of dead letters."""
    return set(re.findall(rf"(?<![a-z]_){kind}_[0-9A-Z]{{26}}\b", text))


def letters_in(text: str) -> list[str]:
    """Return the ids of dead letters in a text, each time they are said."""
    return re.findall(r"\bdlq_job_\w+", text)


def only_id(text: str, kind: str) -> str:
    """Return the one id in a text."""
    (found,) = ids_in(text, kind)
    return found


def field(ran: Ran, name: str) -> str:
    """Return the value beside a name: the first, for tables below have columns of the same names."""
    return re.findall(rf"^{re.escape(name)}\s+(\S.*?)\s*$", ran.output, re.MULTILINE)[0]


def amount(ran: Ran, name: str) -> float:
    """Return the number beside a name."""
    return float(field(ran, name).split()[0].replace(",", "").removeprefix("$"))


def says(*patterns: str) -> Holds:
    """Return a check that each of these is said."""

    def holds(ran: Ran, _: MixedJobs) -> None:
        missing = [pattern for pattern in patterns if not re.search(pattern, ran.output, re.MULTILINE)]
        assert not missing, f"{missing} is not said in:\n{ran.output}"

    return holds


def quiet(ran: Ran, _: MixedJobs) -> None:
    """Check that nothing is said, which is all that is told of it."""
    assert not ran.output.strip()


def soon(jobs: MixedJobs, holds: Callable[[], bool]) -> None:
    """Wait until something holds that a command has asked for."""
    until(holds, _SOON, jobs.stack.story)

"""Verbs that lose something: with nobody to ask and no --yes, the API is sent nothing that changes anything."""

from collections.abc import Callable
from typing import Final, Protocol

import pytest

from tests.integration.cli.replay import Replay
from tests.unit.cli.test_walk import LOSES, named

LOSING: Final = {
    "jobs delete": ("job_01K3V8Z4M0E9C7B2Q5T1R6W8XY",),
    "pages delete": ("page_01K3V8Z4M0E9C7B2Q5T1R6W8XY",),
    "schedules delete": ("sched_01K3V8Z4M0E9C7B2Q5T1R6W8XY",),
    "dlq discard": ("dlq_job_01K3V8Z4M0E9C7B2Q5T1R6W8XY_1", "--reason", "over"),
    "queue clear": (),
}
"""With what each is typed. `token` speaks to no API; its tests are its own."""


class Done(Protocol):
    code: int
    out: str
    err: str


def test_every_verb_that_loses_something_is_here() -> None:
    assert [verb for verb in named(LOSES) if not verb.startswith("token ")] == sorted(LOSING)


@pytest.mark.parametrize("verb", LOSING)
def test_without_yes_and_somebody_to_ask_nothing_is_changed(
    api: Replay, pagewright: Callable[..., Done], verb: str
) -> None:
    done = pagewright(*verb.split(), *LOSING[verb])
    assert done.code == 1
    assert "--yes" in done.err
    assert [request.line for request in api.seen if not request.line.startswith("GET ")] == []

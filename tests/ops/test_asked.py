"""Metrics are found in documents wherever they are named, and nothing else is taken for one."""

from pathlib import Path
from typing import Final

import pytest

from tests.ops.asked import listed_metrics, named_by, named_by_documents
from tests.unit.docs.markdown import Document

LISTED: Final = {"up", "ready", "ai_jobs_total", "blob_size_error", "approximate_backlog_count"}


def named(text: str) -> set[str]:
    return named_by(Document(Path("some.md"), text), LISTED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as `blob_size_error`, which is the server's", {"blob_size_error"}),
        ("`approximate_backlog_count` has no labels", {"approximate_backlog_count"}),
        ('`ready{part="database"}` is 0 and `up` is 1', {"ready", "up"}),
        ("a misspelled `blob_size_erors`", {"blob_size_erors"}),
        ("one that is gone: `approximate_backlog_age{queue}`", {"approximate_backlog_age"}),
        ("ai_jobs_totals without a mark", {"ai_jobs_totals"}),
        ("`api:requests:increase5m` is recorded", {"api:requests:increase5m"}),
        ("`temporal:schedule_runs_missed:increase30m`", {"temporal:schedule_runs_missed:increase30m"}),
    ],
)
def test_a_metric_is_found_where_it_is_named(text: str, expected: set[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text", ["everything is ready", "`blob` and `size_error`", "`hours:minutes:seconds`", "`jobs list --ready`"]
)
def test_a_word_is_no_metric(text: str) -> None:
    assert named(text) == set()


def test_metrics_are_listed_and_jobs_are_not() -> None:
    listed = listed_metrics()

    assert {"up", "ready", "ai_jobs_total", "blob_size_error", "ALERTS"} <= listed
    assert listed.isdisjoint({"api", "worker", "temporal"})


def test_the_list_of_metrics_names_each_of_them() -> None:
    assert named_by_documents()["docs/metrics.md"] >= listed_metrics()

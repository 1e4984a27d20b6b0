"""Dead letters in lists and alone: whether one can be retried, and what that takes, is what an operator looks for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from cli.client.answers import DeadLetter
from cli.screen.render import print_table
from cli.screen.table import as_cell
from cli.tables import letter as letter_tables

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def held(number: int, *, needs: str | None = None, status: str = "open") -> DeadLetter:
    return DeadLetter(
        dlq_job_id=f"dlq_job_01M81NF3BHVF16NF1WN7E5MS{number:02}_1",
        job_id=f"job_01M81NF3BHVF16NF1WN7E5MS{number:02}",
        page_id="page_1",
        round=1,
        status=status,
        can_retry=needs is None,
        retry_needs=needs,
        error_type="SERVICE_UNAVAILABLE",
        step="section:3",
        model="openai:gpt-5-mini",
        created_at=NOW,
    )


def titles(*letters: DeadLetter) -> list[str]:
    return [column.title for column in letter_tables.listing(letters, NOW).columns]


def test_a_list_says_what_a_retry_needs_in_place_of_a_status_they_all_share() -> None:
    table = letter_tables.listing([held(1), held(2, needs="higher_cap")], NOW)
    place = [column.title for column in table.columns].index("Retry")
    assert [as_cell(row[place]).text for row in table.rows] == ["✓ as it is", "higher cap"]
    assert "Status" not in titles(held(1))
    assert "Status" in titles(held(1), held(2, status="retried"))


def test_a_narrow_terminal_keeps_what_a_decision_needs(terminal: Callable[[Callable[[], None], int], str]) -> None:
    table = letter_tables.listing([held(1), held(2, needs="other_route")], NOW)
    head, _, first, _ = terminal(lambda: print_table(table), 80).splitlines()
    assert re.split(r" {2,}", head.strip()) == ["Dead letter", "Error", "Retry", "Spent"]
    assert held(1).dlq_job_id in first


def test_a_closed_one_cannot_be_retried_and_is_not_said_to() -> None:
    shown = dict(letter_tables.fields(held(1, status="discarded"), NOW).rows)
    assert (shown["Can be retried"], shown["A retry costs up to"]) == ("-", "-")

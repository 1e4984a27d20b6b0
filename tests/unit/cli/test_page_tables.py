from datetime import UTC, datetime

from cli.client.page_answers import Check, Page, Version
from cli.screen.table import as_cell
from cli.tables import page as page_tables

NOW = datetime(2031, 5, 1, tzinfo=UTC)
HARD = Check(name="links", kind="section", passed=True)
BROKEN = Check(name="prices", kind="section", passed=False, message="plans[0].price is not the brief's")
ADVICE = Check(name="claims", kind="advice", passed=False, message="hero.text says 'best', which the brief does not")
HEEDED = Check(name="people", kind="advice", passed=True)


def page(*checks: Check) -> Page:
    return Page(id="page_1", checks=checks)


def test_checks_that_do_not_pass_are_shown_without_advice() -> None:
    table = page_tables.failed_checks(page(HARD, BROKEN, ADVICE))
    assert [[as_cell(cell).text for cell in row] for row in table.rows] == [["✗", "prices", BROKEN.message]]
    assert as_cell(table.rows[0][0]).tone == "bad"


def test_advice_has_its_own_heading_and_a_softer_mark() -> None:
    table = page_tables.advice(page(HARD, BROKEN, ADVICE, HEEDED))
    assert table.title.strip() == "Advice, for you to decide"
    assert [[as_cell(cell).text for cell in row] for row in table.rows] == [["i", "claims", ADVICE.message]]
    assert as_cell(table.rows[0][0]).tone not in {"bad", "held"}


def test_advice_alone_leaves_all_checks_passed() -> None:
    assert page_tables.failed_checks(page(HARD, ADVICE)).empty.strip() == "All 1 checks pass."
    assert page_tables.advice(page(HARD, HEEDED)).empty == "No advice to give."


def test_a_page_without_a_version_has_nothing_to_check_and_no_advice() -> None:
    assert page_tables.failed_checks(page()).empty.strip() == "Nothing to check yet."
    assert page_tables.advice(page()).empty == ""


def test_a_version_counts_failed_checks_and_advice_apart() -> None:
    version = Version(number=2, failed_checks=1, advice=3)
    table = page_tables.versions((version,), Page(id="page_1", current_version=2), NOW)
    titles = [column.title for column in table.columns]
    row = dict(zip(titles, (as_cell(cell).text for cell in table.rows[0]), strict=True))
    assert (row["Failed checks"], row["Advice"]) == ("1", "3")

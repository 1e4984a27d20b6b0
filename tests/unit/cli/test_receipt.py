"""Estimates beside costs, and what to do about a job that failed, in words."""

from decimal import Decimal

import pytest

from cli.client.answers import Job, JobEstimate, Receipt, ReceiptEstimate
from cli.screen.receipt import advice, estimate_line, receipt_rows


def compared(cost: str, *, difference: str | None = "0", is_within: bool | None = True) -> str:
    estimate = ReceiptEstimate(
        basis="history",
        samples=12,
        low_usd=Decimal("0.01"),
        expected_usd=Decimal("0.02"),
        high_usd=Decimal("0.05"),
        difference_usd=None if difference is None else Decimal(difference),
        within_range=is_within,
    )
    rows = dict(receipt_rows(Receipt(cost_usd=Decimal(cost), estimate=estimate)))
    assert isinstance(rows["Estimated"], str)
    return rows["Estimated"]


def test_a_receipt_says_how_the_cost_lies_to_the_estimate() -> None:
    assert compared("0.02") == "$0.02 ($0.01 to $0.05): as estimated"
    assert compared("0.09", difference="0.07", is_within=False).endswith(": above it")
    assert compared("0.001", difference="-0.019", is_within=False).endswith(": below it")
    assert dict(receipt_rows(Receipt()))["Estimated"] == "-"


@pytest.mark.parametrize(
    ("estimate", "line"),
    [
        (None, None),
        (JobEstimate(basis="heuristic", low_usd=Decimal(0), expected_usd=Decimal(0), high_usd=Decimal(0)), None),
        (JobEstimate(basis="heuristic"), "Estimate: unknown, a model of the route has no price."),
        (
            JobEstimate(basis="heuristic", low_usd=Decimal(1), expected_usd=Decimal(2), high_usd=Decimal(3)),
            "Estimate: $2.00 ($1.00 to $3.00), from the sizes of brief and sections.",
        ),
        (
            JobEstimate(
                basis="history", samples=1_200, low_usd=Decimal(1), expected_usd=Decimal(2), high_usd=Decimal(3)
            ),
            "Estimate: $2.00 ($1.00 to $3.00), from 1,200 finished steps of this model.",
        ),
    ],
    ids=["none", "free", "unpriced", "sizes", "history"],
)
def test_an_estimate_is_one_line_where_it_says_something(estimate: JobEstimate | None, line: str | None) -> None:
    assert estimate_line(estimate) == line


@pytest.mark.parametrize(
    ("error", "message", "is_told"),
    [
        ("COST_LIMIT", "passes the cap of 0.100000 USD a job", True),
        ("COST_LIMIT", "passes the cap of 20.000000 USD a day", False),
        ("TIMEOUT", "it took too long", False),
    ],
)
def test_a_job_stopped_by_its_cap_is_retried_with_a_higher_one(
    error: str,
    message: str,
    is_told: bool,  # noqa: FBT001  a case of the test
) -> None:
    failed = Job(
        id="job_1",
        page_id="page_1",
        status="failed",
        dead_letter_id="dlq_job_1_1",
        error_type=error,
        error_message=message,
    )
    assert any("--max-cost USD" in line for line in advice(failed)) is is_told

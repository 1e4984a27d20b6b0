"""Estimates beside costs, in words."""

from decimal import Decimal

import pytest

from cli.client.answers import JobEstimate, Receipt, ReceiptEstimate
from cli.screen.receipt import estimate_line, receipt_rows


def compared(cost: str, *, difference: str | None = "0", is_within: bool | None = True, is_whole: bool = True) -> str:
    estimate = ReceiptEstimate(
        basis="history",
        samples=12,
        low_usd=Decimal("0.01"),
        expected_usd=Decimal("0.02"),
        high_usd=Decimal("0.05"),
        difference_usd=None if difference is None else Decimal(difference),
        within_range=is_within,
    )
    rows = dict(receipt_rows(Receipt(cost_usd=Decimal(cost), estimate=estimate), is_whole=is_whole))
    assert isinstance(rows["Estimated"], str)
    return rows["Estimated"]


def test_a_receipt_says_how_the_cost_lies_to_the_estimate() -> None:
    assert compared("0.02") == "$0.02 ($0.01 to $0.05): as estimated"
    assert compared("0.09", difference="0.07", is_within=False).endswith(": above it")
    assert compared("0.001", difference="-0.019", is_within=False).endswith(": below it")
    assert dict(receipt_rows(Receipt()))["Estimated"] == "-"


def test_what_did_not_finish_is_not_compared_with_its_estimate() -> None:
    assert compared("0.001", difference="-0.019", is_within=False, is_whole=False) == "$0.02 ($0.01 to $0.05)"


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

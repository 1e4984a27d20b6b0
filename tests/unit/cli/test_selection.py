"""What a bulk retry means before it begins: also what it leaves out, and a cost no surer than it is."""

from decimal import Decimal

import pytest

from cli.client.batch_answers import Selection
from cli.tables import selection


def meant(count: int, *, unknown: int = 0, **more: object) -> Selection:
    told = {"count": count, "canRetry": count, "spentUsd": 0, "retryEstimateUsd": "1.5", "withoutEstimate": unknown}
    return Selection.model_validate(told | more)


@pytest.mark.parametrize(
    ("total", "cost"),
    [
        (meant(2), "up to $1.50"),
        (meant(3, unknown=1), "at least $1.50, and 1 of unknown cost"),
        (meant(2, unknown=2, retryEstimateUsd=0), "unknown"),
        (meant(0), None),
    ],
)
def test_a_cost_is_said_as_surely_as_it_is_known(total: Selection, cost: str | None) -> None:
    assert dict(selection.fields(total, retries=True).rows).get("Retries cost") == cost


def test_what_is_left_out_is_counted_with_what_it_needs() -> None:
    total = meant(0, skipped={"higher_cap": 5, "other_route": 1}, notFound=["dlq_job_x_1"])
    lines = selection.left_out(total)
    assert [line.partition(":")[0] for line in lines] == ["5", "1", "1"]
    assert "--max-cost" in lines[0]
    assert "--model" in lines[1]
    assert "dlq_job_x_1" in lines[2]


def test_spent_money_is_told() -> None:
    assert dict(selection.fields(meant(1, spentUsd=Decimal(2)), retries=False).rows)["Spent on them"] == "$2.00"

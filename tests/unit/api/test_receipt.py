from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from api.actions.receipt import receipt_of, shown
from domain.brief import Brief
from domain.call import CallStatus
from domain.errors import ErrorType
from domain.estimate import Basis, CostRange, Estimate
from domain.job import JobKind, JobOptions, JobStatus
from domain.money import NanoUsd
from storage.call import CallRow
from storage.job import JobRow

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def job(rounds: int = 1) -> JobRow:
    return JobRow(
        id="job_1",
        tenant="owner",
        owner="owner",
        page_id="page_1",
        kind=JobKind.GENERATE,
        status=JobStatus.COMPLETED,
        round=rounds,
        brief=Brief(text="Bread."),
        language="en",
        options=JobOptions(route=("openai:gpt-6-luna",), max_cost=NanoUsd(0)),
        max_cost=0,
        created_at=START,
        finished_at=START + timedelta(seconds=9),
        updated_at=START,
    )


def call(step: str, status: CallStatus = CallStatus.SUCCEEDED, **fields: object) -> CallRow:
    values: dict[str, Any] = {
        "tenant": "owner",
        "owner": "owner",
        "page_id": "page_1",
        "job_id": "job_1",
        "round": 1,
        "step": step,
        "provider": "openai",
        "model": "gpt-6-luna",
        "try_number": 1,
        "request": 1,
        "attempt": 1,
        "status": status,
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "cost": 1_000,
        "charged": 1_000,
        "started_at": START,
        "settled_at": START + timedelta(seconds=2),
    }
    values.update(fields)
    return CallRow(**values)


def test_every_call_beyond_the_first_of_a_step_in_a_round_is_a_retry() -> None:
    calls = [
        call("outline"),
        call("section:0", CallStatus.FAILED, error_type=ErrorType.RATE_LIMIT, cost=None, charged=0),
        call("section:0", try_number=2),
        call("section:0", round=2),
    ]
    receipt = receipt_of(job(rounds=2), calls, START)
    assert (receipt.calls, receipt.retries, receipt.rounds) == (4, 1, 2)
    assert [(line.step, line.calls, line.retries) for line in receipt.lines] == [("outline", 1, 0), ("section:0", 3, 1)]


def test_the_tenth_section_comes_after_the_second() -> None:
    calls = [call(step) for step in ("section:10", "section:2", "outline")]
    assert [line.step for line in receipt_of(job(), calls, START).lines] == ["outline", "section:2", "section:10"]


def test_what_a_vendor_may_still_bill_is_counted_and_not_guessed() -> None:
    calls = [
        call("outline", CallStatus.CANCELLED, cost=None, charged=0),
        call("outline", CallStatus.LOST, cost=None, charged=0),
        call("outline", CallStatus.SUCCEEDED, cost=None, charged=0),
        call("outline", CallStatus.FAILED, error_type=ErrorType.TIMEOUT, cost=None, charged=0),
        call("outline", CallStatus.FAILED, error_type=ErrorType.RATE_LIMIT, cost=None, charged=0),
        call("outline", CallStatus.INVALID, cost=0, charged=0),
        call("outline", CallStatus.OPEN, cost=None, charged=0, settled_at=None),
    ]
    receipt = receipt_of(job(), calls, START)
    assert receipt.unknown_cost_calls == 4
    assert (receipt.cost, receipt.charged) == (0, 0)


def test_an_unusable_answer_costs_and_is_not_charged() -> None:
    receipt = receipt_of(job(), [call("outline", CallStatus.INVALID, charged=0), call("outline", request=2)], START)
    assert (receipt.cost, receipt.charged) == (2_000, 1_000)


def test_waits_between_tries_are_part_of_a_step_and_not_those_between_rounds() -> None:
    calls = [
        call("outline", CallStatus.FAILED, settled_at=START + timedelta(seconds=1)),
        call("outline", started_at=START + timedelta(seconds=3), settled_at=START + timedelta(seconds=4)),
        call("outline", round=2, started_at=START + timedelta(days=1), settled_at=START + timedelta(days=1, seconds=2)),
    ]
    receipt = receipt_of(job(rounds=2), calls, START)
    assert receipt.lines[0].duration_ms == 6_000
    assert receipt.duration_ms == 9_000


def test_an_open_job_has_lasted_until_now() -> None:
    running = job()
    running.finished_at = None
    assert receipt_of(running, [], START + timedelta(seconds=3)).duration_ms == 3_000


def test_money_is_shown_in_dollars_with_six_decimals() -> None:
    text = shown(receipt_of(job(), [call("outline", cost=1_234_567, charged=1_234_567)], START)).model_dump_json()
    assert '"costUsd":0.001235' in text


def estimate(low: int, expected: int, high: int) -> Estimate:
    cost = CostRange(low=NanoUsd(low), expected=NanoUsd(expected), high=NanoUsd(high))
    return Estimate(model="openai:gpt-6-luna", basis=Basis.HISTORY, samples=12, cost=cost)


@pytest.mark.parametrize(
    ("cost", "is_within"), [(999_000, False), (1_000_000, True), (3_000_000, True), (3_000_001, False)]
)
def test_a_receipt_tells_how_the_cost_lies_to_the_estimate(cost: int, *, is_within: bool) -> None:
    done = job()
    done.estimate = estimate(1_000_000, 2_000_000, 3_000_000)
    compared = shown(receipt_of(done, [call("outline", cost=cost, charged=cost)], START)).estimate
    assert compared is not None
    assert compared.within_range is is_within
    assert compared.difference_usd == Decimal(cost - 2_000_000).scaleb(-9).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.ACTIVE])
def test_a_job_that_did_not_complete_is_not_compared_with_its_estimate(status: JobStatus) -> None:
    unfinished = job()
    unfinished.status, unfinished.estimate = status, estimate(1_000_000, 2_000_000, 3_000_000)
    compared = shown(receipt_of(unfinished, [call("outline")], START)).estimate
    assert compared is not None
    assert (compared.expected_usd, compared.difference_usd, compared.within_range) == (Decimal("0.002000"), None, None)


def test_an_estimate_without_a_price_compares_with_nothing() -> None:
    done = job()
    done.estimate = Estimate(model="openai:gpt-6-luna", basis=Basis.HEURISTIC, samples=0, cost=None)
    compared = shown(receipt_of(done, [call("outline")], START)).estimate
    assert compared is not None
    assert (compared.expected_usd, compared.difference_usd, compared.within_range) == (None, None, None)
    assert shown(receipt_of(job(), [call("outline")], START)).estimate is None

"""What is advised after a failure: nothing the API would refuse, and the likeliest way first."""

from decimal import Decimal

import pytest

from cli.client.answers import DeadLetter, Job
from cli.screen.receipt import advice
from cli.screen.remedy import commands, in_short, in_words, remedy_of


def letter(error_type: str, *, needs: str | None, cap: str | None = None) -> DeadLetter:
    return DeadLetter(
        dlq_job_id="dlq_job_1_1",
        job_id="job_1",
        page_id="page_1",
        round=1,
        status="open",
        can_retry=needs is None,
        retry_needs=needs,
        retry_cap_usd=None if cap is None else Decimal(cap),
        error_type=error_type,
    )


def failed(error_type: str, message: str = "") -> Job:
    return Job(
        id="job_1",
        page_id="page_1",
        status="failed",
        dead_letter_id="dlq_job_1_1",
        error_type=error_type,
        error_message=message,
    )


CASES = [
    (letter("TIMEOUT", needs=None), ["Retry it with: retry"]),
    (letter("COST_LIMIT", needs="higher_cap", cap="0.42"), ["Retry it with a higher cap: retry --max-cost 0.42"]),
    (letter("COST_LIMIT", needs="higher_cap"), ["Retry it with a higher cap: retry --max-cost USD"]),
    (letter("COST_LIMIT", needs="next_day"), ["From midnight UTC on, retry it with: retry --force"]),
    (
        letter("AUTH_ERROR", needs="other_route"),
        [
            "Retry it with another model: retry --model PROVIDER:MODEL",
            "Once the vendor's key is mended: retry --force",
        ],
    ),
    (
        letter("VALIDATION_ERROR", needs="other_route"),
        [
            "Retry it with another model: retry --model PROVIDER:MODEL",
            "To ask the same model once more: retry --force",
        ],
    ),
    (
        letter("OF_A_NEWER_API", needs="unheard_of"),
        ["Retry it with another model: retry --model PROVIDER:MODEL", "Once the cause is mended: retry --force"],
    ),
]


@pytest.mark.parametrize(("held", "lines"), CASES)
def test_the_likeliest_way_comes_first(held: DeadLetter, lines: list[str]) -> None:
    assert list(commands(remedy_of(held), "retry")) == lines


@pytest.mark.parametrize(
    ("needs", "short", "words"),
    [
        (None, "✓ as it is", "yes"),
        ("higher_cap", "higher cap", "--max-cost"),
        ("next_day", "next day", "midnight UTC"),
        ("other_route", "other model", "--model"),
        ("unheard_of", "unheard_of", "--model"),
    ],
)
def test_a_need_is_told_in_short_and_in_words(needs: str | None, short: str, words: str) -> None:
    remedy = remedy_of(letter("UNKNOWN", needs=needs))
    assert in_short(remedy).text == short
    assert words in in_words(remedy)


def test_a_job_that_failed_is_advised_what_its_dead_letter_needs() -> None:
    lines = advice(failed("COST_LIMIT"), letter("COST_LIMIT", needs="higher_cap", cap="0.0037"))
    assert lines == (
        "See what is kept: pagewright dlq view job_1",
        "Retry it with a higher cap: pagewright jobs retry job_1 --max-cost 0.0037",
    )


@pytest.mark.parametrize(
    ("job", "option"),
    [
        (failed("TIMEOUT", "it took too long"), "jobs retry job_1"),
        (failed("COST_LIMIT", "passes the cap of 0.1 USD a job"), "--max-cost USD"),
        (failed("COST_LIMIT", "passes the cap of 20 USD a day"), "--force"),
        (failed("AUTH_ERROR"), "--model PROVIDER:MODEL"),
        (failed("MODEL_ERROR"), "--model PROVIDER:MODEL"),
    ],
)
def test_without_its_dead_letter_a_job_tells_what_it_can(job: Job, option: str) -> None:
    assert advice(job)[1].endswith(option)

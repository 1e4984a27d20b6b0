import csv
from collections.abc import AsyncGenerator
from datetime import date
from io import StringIO

import pytest

from api.actions.usage_csv import HEADER, file_name, harmless, written
from domain.money import NanoUsd
from domain.usage import Period, UsageLine, UsageSum


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        '=HYPERLINK("https://x.example","y")',
    ],
)
def test_a_text_that_a_spreadsheet_would_calculate_is_made_one_it_shows(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["owner", "anna@example.com", "gpt-6-luna", "a=b", "org/model:latest", "", "ü"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_no_two_texts_become_the_same() -> None:
    assert harmless("'=1") != harmless("=1")


async def lines(*users: str) -> AsyncGenerator[UsageLine]:
    for user in users:
        found = UsageSum(calls=1, prompt_tokens=2, completion_tokens=3, cost=NanoUsd(1), charged=NanoUsd(2_500_000_000))
        yield UsageLine(date(2026, 3, 2), "openai", "gpt-6-luna", user, found)


async def file_of(*users: str) -> str:
    return "".join([piece async for piece in written(lines(*users))])


async def test_it_is_rfc_4180() -> None:
    users = ['the "owner"', "a,b", "two\r\nlines", "plain"]
    text = await file_of(*users)
    records = list(csv.reader(StringIO(text, newline=""), strict=True))
    assert records[0] == list(HEADER)
    assert [record[4] for record in records[1:]] == users
    assert '"the ""owner"""' in text
    assert text.replace("two\r\nlines", "").count("\r\n") == len(users) + 1
    assert "\n" not in text.replace("\r\n", "")


async def test_money_has_all_its_decimals_and_no_exponent() -> None:
    record = (await file_of("owner")).splitlines()[1]
    assert record == "2026-03-02,UTC,openai,gpt-6-luna,owner,1,5,2,3,0,0,0.000000001,2.500000000,0,0,0"


async def test_a_period_without_calls_is_a_header() -> None:
    assert await file_of() == ",".join(HEADER) + "\r\n"


async def test_a_long_file_is_whole() -> None:
    users = [f"user{number}" for number in range(1_201)]
    assert len((await file_of(*users)).splitlines()) == 1_202


def test_a_file_is_named_by_its_days() -> None:
    name = file_name(Period(date(2026, 3, 1), date(2026, 3, 31)))
    assert name == "pagewright-usage-2026-03-01-2026-03-31.csv"

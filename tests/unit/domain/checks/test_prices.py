from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.blocks import Features, Hero, Item, Plan, Pricing, Section
from domain.brief import Brief, Price
from domain.checks.facts import facts_of
from domain.checks.prices import Amount
from domain.checks.reading import read

Failures = Callable[[Section], dict[str, str]]


def hero(words: str) -> Hero:
    return Hero(heading="Our bread", text=words)


def priced(name: str, price: str) -> Pricing:
    return Pricing(heading="Prices", plans=(Plan(name=name, price=price),))


@pytest.mark.parametrize(
    "words",
    [
        "$4.21",
        "4,20 €",
        "$ 42",
        "only 5 dollars",
        "USD 31",
        "31 usd",
        "Price (USD): 59",
        "$10-30",
        "$30-99",
        "30 to 99 dollars",
        "٥٠ دولار",
        "１００円",
        "$3k",
        "£30",
        "99 cents",
        "5 Mio. €",
        "$\u200b31",
        "R$ 30 or US$31",
    ],
)
def test_a_price_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "prices" in failures(hero(f"Yours for {words} now"))


def test_the_message_about_a_price_names_it_its_place_and_the_briefs_prices(failures: Failures) -> None:
    message = failures(Features(heading="A", items=(Item(title="A", text="b"), Item(title="B", text="for $99"))))[
        "prices"
    ]
    assert "items[1].text" in message
    assert '"$99"' in message
    assert '"$4.20", "from $30"' in message


@pytest.mark.parametrize("words", ["5 pounds of flour", "COP 30 and PHP 8", "we won 5", "2 points", "room 12", "10 ft"])
def test_other_quantities_are_no_prices(words: str, failures: Failures) -> None:
    assert "prices" not in failures(hero(words))


@pytest.mark.parametrize(
    "section",
    [priced("Rye loaf", "5"), priced("Rye loaf", "$30"), priced("Cake", "$4.20"), priced("Rye loaf", "from 12")],
)
def test_a_plan_has_the_price_of_its_own_item(section: Section, failures: Failures) -> None:
    assert "prices" in failures(section)


amounts = st.decimals(min_value="0.01", max_value="999999", places=2, allow_nan=False, allow_infinity=False)
ENGLISH_TO_GERMAN = str.maketrans(",.", ".,")


def values(text: str) -> list[str]:
    return [price.amount.value for price in read(text).prices]


@given(amounts)
def test_an_amount_is_the_same_in_every_spelling(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    expected = f"{amount.normalize():f}"
    for spelled in (
        f"€{english}",
        f"{english.translate(ENGLISH_TO_GERMAN)} €",
        f"EUR {amount}",
        f"{english.replace(',', chr(0x202F)).replace('.', ',')} Euro",
        f"{amount}".translate({ord("0") + digit: 0x0660 + digit for digit in range(10)}) + " يورو",
    ):
        assert values(spelled) == [expected], spelled


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_only_the_same_amount_in_the_same_currency_is_a_fact(one: int, other: int) -> None:
    facts = facts_of(Brief(text=f"It costs {one} €."))
    asked = Amount(str(other), frozenset({"EUR"}))
    assert facts.has_amount(asked) is (one == other)
    assert not facts.has_amount(Amount(str(one), frozenset({"USD"})))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-12 €", ["10", "12"]),
        ("10 bis 12 €", ["10", "12"]),
        ("€10–12", ["10", "12"]),
        ("from $49 to 59.", ["49", "59"]),
        ("$49 - 24/7 support", ["49"]),
        ("4,20 € 3 Stück", ["4.2"]),
        ("49 $99", ["99"]),
        ("1.200,- €", ["1200"]),
        ("1万2千円、￥980", ["12000", "980"]),
        ("99 Cent", ["0.99"]),
        ("0,5 Mio. €", ["500000"]),
    ],
)
def test_each_number_gets_its_own_currency(text: str, expected: list[str]) -> None:
    assert values(text) == expected


def test_a_bare_price_takes_the_currency_the_brief_speaks_of() -> None:
    brief = Brief(text="All prices in Euro.", prices=(Price(item="Rye", price="4.20"),))
    assert facts_of(brief).has_amount(Amount("4.2", frozenset({"EUR"})))
    assert not facts_of(brief).has_amount(Amount("4.2", frozenset({"USD"})))

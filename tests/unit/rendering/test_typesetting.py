import pytest

from domain.blocks import Plan
from rendering.typesetting import (
    address,
    amount_and_unit,
    fit_one_row,
    headline,
    is_statement,
    own_direction,
    repeats,
    size,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Slow bread", "large"),
        ("A Geburtshelfer", "large"),
        ("A Hebammenpraxis", "small"),
        ("Slow bread and buns from an oven by the sea", "medium"),
        ("Slow bread and buns from an old oven in a shed by the open sea", "small"),
    ],
)
def test_a_headline_is_as_large_as_its_longest_word_allows(text: str, expected: str) -> None:
    assert size(text, 30, 13) == expected


def test_a_short_compound_stays_on_one_line() -> None:
    assert headline("Buns from a harbour-side oven") == 'Buns from a <span class="whole">harbour-side</span> oven'


@pytest.mark.parametrize("text", ["Buns", "a - b", "Arbeitsgericht-Anwaltskanzlei", "-side", ""])
def test_what_is_no_short_compound_may_break(text: str) -> None:
    assert headline(text) == text


def test_what_stands_in_a_heading_is_still_text() -> None:
    assert headline("<b>well-fed</b> & more") == '&lt;b&gt;<span class="whole">well-fed</span>&lt;/b&gt; &amp; more'


def test_an_address_breaks_after_its_commas() -> None:
    assert address("Lindenufer 18, Aufgang B, 10999 Berlin") == (
        '<span class="whole">Lindenufer 18,</span> <span class="whole">Aufgang B,</span> '
        '<span class="whole">10999 Berlin</span>'
    )


def test_a_long_part_of_an_address_may_break() -> None:
    assert address("The house behind the old customs hall, Quay") == (
        'The house behind the old customs hall, <span class="whole">Quay</span>'
    )


@pytest.mark.parametrize(
    ("price", "parts"),
    [
        ("$49 / month", ("$49", " / month")),
        ("12 €/Stunde", ("12 €", "/Stunde")),
        ("£4.60", ("£4.60", "")),
        ("5/7 €", ("5/7 €", "")),
        ("on request", ("on request", "")),
    ],
)
def test_a_price_is_told_from_what_it_is_for(price: str, parts: tuple[str, str]) -> None:
    assert amount_and_unit(price) == parts


def test_a_statement_is_one_short_paragraph() -> None:
    assert is_statement("We cut keys.")
    assert not is_statement("We cut keys.\n\nWe mix paint.")
    assert not is_statement("We cut keys. " * 40)


def test_four_short_plans_fit_one_row() -> None:
    short = (Plan(name="Child", price="free"),) * 3
    assert fit_one_row((*short, Plan(name="Adult", price="8 €", text="on every day")))
    assert not fit_one_row(short)
    assert not fit_one_row((*short, Plan(name="Aufhebungsvertrag", price="340 €")))
    assert not fit_one_row((*short, Plan(name="Support", price="from 210 € an hour")))
    assert not fit_one_row((*short, Plan(name="Support", price="8 €", features=("Formulierungsvorschläge",))))


@pytest.mark.parametrize(
    ("text", "direction"),
    [("8:00 – 20:00", "rtl"), ("180 ريالًا", "auto"), ("Mon 8:00", "auto"), ("11,400", "rtl")],
)
def test_figures_alone_run_as_the_page_does(text: str, direction: str) -> None:
    assert own_direction(text, "rtl") == direction


@pytest.mark.parametrize(
    ("text", "is_repeated"),
    [
        ("A bakery in a small town.", True),
        ("A bakery in a small town, open daily.", False),
        ("港町のパン屋。", False),
        ("🍞", False),
    ],
)
def test_a_text_that_says_no_more_than_its_heading_is_seen(text: str, *, is_repeated: bool) -> None:
    assert repeats(text, "A bakery in a small town") is is_repeated


def test_no_words_repeat_no_words() -> None:
    assert not repeats("🍞", "🥐")

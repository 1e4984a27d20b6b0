import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checks.folding import fold, one_line, verbatim

ZEROS = [chr(code) for code in range(0x110000) if unicodedata.decimal(chr(code), None) == 0]


@pytest.mark.parametrize("zero", ZEROS, ids=unicodedata.name)
def test_digits_of_every_script_become_ascii(zero: str) -> None:
    assert fold("".join(chr(ord(zero) + digit) for digit in range(10))) == "0123456789"


@given(st.text())
def test_folded_text_holds_nothing_unseen(text: str) -> None:
    folded = fold(text)
    assert not any(unicodedata.category(character) in {"Cf", "Cs"} for character in folded)
    assert all(character == "\n" or unicodedata.category(character) != "Cc" for character in folded)


@pytest.mark.parametrize(
    ("spelled", "same"),
    [
        ("Mon–Fri", "mon - fri"),
        ("7:00 – 18:00", "7:00-18:00"),
        ("1 Market Square,\nExampleton", "1 market square, exampleton"),
        ("“Rye” & co", "rye &amp; co"),
        ("９時〜１８時", "9時～18時"),
        ("ريالًا", "ريالا"),
    ],
)
def test_spellings_of_the_same_are_the_same(spelled: str, same: str) -> None:
    assert one_line(spelled) == one_line(same)


def test_a_quote_is_the_same_whatever_its_marks_and_blanks() -> None:
    assert verbatim("»It’s  good«\n") == verbatim('"It\'s good"')
    assert verbatim("It is good") != verbatim("It was good")


def test_a_footnote_mark_is_no_digit_of_the_number_before_it() -> None:
    assert fold("4,20 €¹") == "4,20 €"
    assert fold("⁵⁵⁵⁰¹⁴²") == "5550142"

from collections.abc import Callable

import pytest

from domain.blocks import Section, Text

Failures = Callable[[Section], dict[str, str]]


def text(body: str) -> Text:
    return Text(heading="Our bread", body=body)


@pytest.mark.parametrize(
    "words",
    [
        "Call 555-0142",
        "Call +1 555 010 0124",
        "+44 20 7946 0000",
        "030 7654321",
        "(555) 010-0198",
        "５５５-０１４-０１４２",
        "٠٥٠-١٢٣-٤٥٦٧",
        "5\u200b5\u200b5-014-0142",
        "&#53;55-014-0142",
        "555**-**014**-**0142",
        "+1.555.010.0124",
        "03-1234-5678",
        "+1 20 15 20 16",
        "5550140142",
        "+49 555 010 0123",
    ],
)
def test_a_phone_number_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "phones" in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "from 2019-2024",
        "on 12.05.2024 - 14.05.2024",
        "2024-05-12 10",
        "ISBN 978-3-16-148410-0",
        "ISBN 3-16-148410-X",
        "9783161484100",
        "1,000,000 crumbs",
        "12 500 000 crumbs",
        "1.000.000 Krümel",
        "open 8.00-18.00",
        "May 10-12 2024",
        "20240512",
        "1000-2000 guests",
        "12:00-13:30 and 14:00-15:30",
    ],
)
def test_dates_counts_and_book_numbers_are_no_phone_numbers(words: str, failures: Failures) -> None:
    assert "phones" not in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "boss@bakery.example",
        "hello@evil.example",
        "hello [at] evil [dot] example",
        "hello（at）evil.example",
        "h&#101;y@bakery.example",
    ],
)
def test_an_email_address_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "emails" in failures(text(f"Write to {words} today"))

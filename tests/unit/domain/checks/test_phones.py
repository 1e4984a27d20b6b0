from collections.abc import Callable

import pytest

from domain.blocks import Action, Contact, Section, Text
from domain.brief import Brief
from domain.brief import Contact as BriefContact
from domain.checks import check_section
from domain.task import SectionTask

Failures = Callable[[Section], dict[str, str]]
TaskFor = Callable[[Section, Brief], SectionTask]


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
        "Ring +1 555 010 0123 3rd bell",
        "Ring (555) 010-0199 2x",
        "+49 30 1234567 24h a day",
    ],
)
def test_a_figure_of_the_next_word_is_not_read_with_the_number_before_it(words: str, failures: Failures) -> None:
    assert "phones" not in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "households since 1,200 1931. 1931 was the first year",
        "We fed 340000. 25 of us bake",
        "1,234,567 1931",
        "It was 1987. 1200 households. 3 flours. 1987 again",
    ],
)
def test_sentences_that_meet_at_figures_are_no_phone_number(words: str, failures: Failures) -> None:
    assert "phones" not in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "555 014 0142 3rd bell",
        "Call 5550142now",
        "Call 555 01 42x5",
        "Call 555 0142x5",
        "1,555 014 0142",
        "9,5550142",
        "030. 1234568",
        "Call 555-0142. 3 of us answer",
    ],
)
def test_a_number_is_found_whatever_stands_around_it(words: str, failures: Failures) -> None:
    assert "phones" in failures(text(words))


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


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("112", "112"),
        ("116 117", "116117"),
        ("1-800-RYE-LOAF", "1-800-RYE-LOAF"),
        ("030 1234567 ext. 5", "030 1234567  ext. 5"),
        ("+49 (0)30 1234567", "030 1234567"),
        ("030/1234567-68", "030/1234567"),
        ("030 1234567 0171 7654321", "0171 7654321"),
        ("+1 (555) 010-0123", "555.010.0123"),
    ],
)
def test_the_briefs_own_number_is_known_in_its_usual_spellings(given: str, shown: str, task_for: TaskFor) -> None:
    section = Contact(heading="Call", phone=shown)
    checks = check_section(section, task_for(section, Brief(text="x", contact=BriefContact(phone=given))))
    assert {check.name for check in checks if not check.passed} <= {"anchor"}


@pytest.mark.parametrize("shown", ["113", "1234567", "+1 030 1234567", "030 1234567 8", "030 123", "call us"])
def test_a_number_that_is_not_quite_the_briefs_is_refused(shown: str, task_for: TaskFor) -> None:
    section = Contact(heading="Call", phone=shown)
    checks = check_section(section, task_for(section, Brief(text="x", contact=BriefContact(phone="030 1234567"))))
    assert "contact" in {check.name for check in checks if not check.passed}


def test_an_address_with_an_apostrophe_is_known(task_for: TaskFor) -> None:
    email = "o'sample@bakery.example"
    section = Contact(heading="Write", email=email, links=(Action(label="Mail", href=f"mailto:{email}"),))
    checks = check_section(section, task_for(section, Brief(text="x", contact=BriefContact(email=email))))
    assert {check.name for check in checks if not check.passed} <= {"anchor"}

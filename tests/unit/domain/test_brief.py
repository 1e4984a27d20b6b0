import pytest
from pydantic import ValidationError

from domain.blocks import BlockType
from domain.brief import MAX_FACTS, MAX_SECTIONS, MAX_TEXT, Brief, Contact, Link, Price


@pytest.mark.parametrize("field", ["text", "name", "offer"])
def test_one_of_text_name_and_offer_is_enough(field: str) -> None:
    assert Brief.model_validate({field: "Bread"})


@pytest.mark.parametrize("facts", [{}, {"text": " \n"}, {"audience": "everybody"}])
def test_a_brief_that_says_nothing_is_refused(facts: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Brief.model_validate(facts)


def test_limits_hold_at_their_edge() -> None:
    prices = tuple(Price(item=f"Loaf {number}", price="1 €") for number in range(MAX_FACTS))
    sections = (BlockType.TEXT,) * MAX_SECTIONS
    brief = Brief(text="x" * MAX_TEXT, prices=prices, sections=sections)
    assert brief.fact_count == MAX_FACTS
    with pytest.raises(ValidationError):
        Brief(text="x" * (MAX_TEXT + 1))
    with pytest.raises(ValidationError):
        Brief(text="x", sections=(*sections, BlockType.TEXT))


def test_the_limit_of_facts_is_of_all_lists_together() -> None:
    prices = tuple(Price(item=f"Loaf {number}", price="1 €") for number in range(MAX_FACTS))
    with pytest.raises(ValidationError, match="201 facts"):
        Brief(text="x", prices=prices, avoid=("cheap",))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//example.com", "example.com", "ftp://example.com", "https://", "https://a b"]
)
def test_a_link_is_an_http_url(url: str) -> None:
    with pytest.raises(ValidationError):
        Link(label="Site", url=url)


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@example.com", "<a@example.com>"])
def test_an_email_is_an_address(email: str) -> None:
    with pytest.raises(ValidationError):
        Contact(email=email)


def test_an_error_repeats_nothing_of_what_it_refuses() -> None:
    with pytest.raises(ValidationError) as error:
        Brief.model_validate({"text": "x", "contact": {"email": "somebody without an address"}})
    assert "somebody" not in str(error.value)

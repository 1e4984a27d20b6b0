import pytest

from rendering.errors import RefusedLinkError
from rendering.links import is_external, mailto_href, safe_href, tel_href

ARABIC_DIGITS = {ord("0") + digit: 0x660 + digit for digit in range(10)}


@pytest.mark.parametrize(
    "href",
    [
        "#prices",
        "https://example.org",
        "HTTP://example.org/a?b=c#d",
        "https://example.org:8443/ü",
        "mailto:a.b+c@example.org?subject=Hi",
        "tel:+44-1632-960123",
        "tel:030555010",
    ],
)
def test_a_safe_link_is_returned_as_it_is(href: str) -> None:
    assert safe_href(href) == href


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "blob:https://example.org/x",
        "file:///etc/passwd",
        "//example.org",
        "/about",
        "about.html",
        "",
        "#",
        "#Big",
        "#a b",
        "https://",
        "https:///path",
        "https://[::1",
        "http:example.org",
        "https://example.org/a b",
        'https://example.org/"onclick="x',
        "https:\\\\example.org",
        "mailto:",
        "mailto:nobody",
        "mailto:a@b@c",
        "tel:",
        "tel:call-me",
        "sms:+441632960123",
    ],
)
def test_an_unsafe_link_is_refused(href: str) -> None:
    with pytest.raises(RefusedLinkError, match="correct it in its block"):
        safe_href(href)


def test_only_web_addresses_are_external() -> None:
    assert is_external("HTTPS://example.org")
    assert not is_external("mailto:a@example.org")


@pytest.mark.parametrize(
    ("phone", "href"),
    [
        ("+44 1632 960123", "tel:+44-1632-960123"),
        ("+49 (0)30 555 010", "tel:+49-30-555010"),
        ("+966 11 555 0123".translate(ARABIC_DIGITS), "tel:+966-11-555-0123"),
        ("030/555 010", "tel:030555010"),
        ("(030) 555\N{NON-BREAKING HYPHEN}010", "tel:030555010"),
        ("030 555 010 or 030 555 011", None),
        ("030 555 010 030 555 011", None),
        ("ask at the counter", None),
        ("110'onclick=x", None),
    ],
)
def test_a_phone_number_becomes_a_link_when_it_plainly_is_one(phone: str, href: str | None) -> None:
    assert tel_href(phone) == href


@pytest.mark.parametrize(
    ("email", "href"),
    [
        ("a@example.org", "mailto:a@example.org"),
        ("a@b@example.org", None),
        ("write us", None),
        ("a@x.org?cc=b@x.org", None),
    ],
)
def test_an_email_becomes_a_link_when_it_is_one_address(email: str, href: str | None) -> None:
    assert mailto_href(email) == href

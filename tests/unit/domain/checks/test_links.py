from collections.abc import Callable

import pytest

from domain.blocks import Action, Cta, Section, Text

Failures = Callable[[Section], dict[str, str]]


def text(body: str) -> Text:
    return Text(heading="Our bread", body=body)


def linked(href: str) -> Cta:
    return Cta(heading="Come by", action=Action(label="Go", href=href))


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/",
        "http://shop.example.com/other",
        "https://shop.example.com/order?x=1",
        "#nowhere",
        "#",
        "//shop.example.com/order",
        "/order",
        "order",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript&colon;alert(1)",
        "%6aavascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "https:shop.example.com/order",
        "https:/shop.example.com/order",
        "https:\\\\shop.example.com\\order",
        "https://shop.example.com@evil.example/order",
        "https://shop.example.com%2eevil.example/order",
        "https://shop.example.com\u3002evil.example/",
        "https://shop.example.com/order\u202e",
        "https://shop.example.com\u200b/order",
        "https://sh\u043ep.example.com/order",
        "https://shop.example.com:8443/order",
        "mailto:evil@bakery.example",
        "mailto:hello@bakery.example?bcc=evil@x.example",
        "mailto:hello@bakery.example,evil@x.example",
        "mailto:hello%40bakery.example",
        "tel:+15550100124",
        "tel:5550100",
        "tel:+15550100123;ext=9",
        "tel:",
        "mailto:",
        "sms:+15550100123",
        "https://[",
        "https://",
    ],
)
def test_a_link_the_brief_does_not_have_is_refused(href: str, failures: Failures) -> None:
    assert "links" in failures(linked(href))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "<javascript:alert(1)>",
        "java&#115;cript:alert(1)",
        "javascript\\:alert(1)",
        "&#x2f;/evil.zip",
        "//evil.example",
        'https://evil.example "title"',
        "https://shop.example.com/order((x))",
        "",
        "          javascript:x",
        "#nowhere",
        "data:text/html;base64,PHN2Zz4=",
    ],
)
def test_a_link_in_prose_is_held_to_the_same(target: str, failures: Failures) -> None:
    assert "links" in failures(text(f"Go [there]({target}) now."))


@pytest.mark.parametrize(
    "words",
    [
        "Visit evil.example.",
        "See https://evil.example/x",
        "www.evil.example",
        "ftp://shop.example.com",
        "EVIL.COM",
        "siehe:evil.com",
        "https:\\\\evil.com",
        "**evil**.com",
    ],
)
def test_an_address_in_words_is_a_link_all_the_same(words: str, failures: Failures) -> None:
    assert "links" in failures(text(words))


@pytest.mark.parametrize(
    "words", ["Made with Node.js, ASP.NET and main.py, e.g. z.B. at 8.30.", "Fresh. Warm.Crisp", "v1.2.3 of README.md"]
)
def test_names_with_dots_are_no_addresses(words: str, failures: Failures) -> None:
    assert failures(text(words)) == {}

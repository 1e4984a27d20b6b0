import pytest

from rendering.markdown import to_html, to_text


@pytest.mark.parametrize(
    ("prose", "html"),
    [
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("[x](#prices)", '<p><a href="#prices">x</a></p>\n'),
        ("[x](mailto:a@example.org)", '<p><a href="mailto:a@example.org">x</a></p>\n'),
        ("[x](tel:+441632960123)", '<p><a href="tel:+441632960123">x</a></p>\n'),
        (
            "[x](https://example.org/?a=1&b=2)",
            '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener">x</a></p>\n',
        ),
    ],
)
def test_the_subset_becomes_html(prose: str, html: str) -> None:
    assert to_html(prose) == html


@pytest.mark.parametrize("prose", ["# Heading", "> quote", "---", "<b>raw</b>", "```\ncode\n```", "| a |\n|---|"])
def test_markup_outside_the_subset_stays_text(prose: str) -> None:
    html = to_html(prose)
    assert html.startswith("<p>")
    assert html.count("<") - html.count("</") - html.count("<code>") == 1


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "/about",
        "ftp://example.org/",
        "&#106;avascript:alert(1)",
    ],
)
def test_an_unsafe_link_keeps_its_text_and_loses_its_address(address: str) -> None:
    assert to_html(f"[**go** on]({address})") == "<p><strong>go</strong> on</p>\n"


def test_an_image_is_never_loaded() -> None:
    assert "<img" not in to_html("![x](https://example.org/x.png)")


def test_a_link_title_is_not_kept() -> None:
    assert "title" not in to_html('[x](https://example.org "title")')


def test_text_has_no_markup_and_one_line() -> None:
    assert to_text("a *b*\n\n- c & <d>\n- [e](https://example.org)") == "a b c & <d> e"

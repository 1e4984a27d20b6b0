"""Prose: a small Markdown subset (paragraphs, emphasis, lists, links, inline code) as sanitised HTML."""

import html
from collections.abc import Iterator
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from rendering.links import is_external, is_safe

_RULES: Final = ["emphasis", "list", "link", "backticks", "escape", "entity", "newline"]
_TAGS: Final = {"p", "em", "strong", "ul", "ol", "li", "a", "code", "br"}
_ATTRIBUTES: Final = {"*": set[str](), "a": {"href", "rel"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


def to_html(prose: str) -> Markup:
    """Return prose as HTML that is safe to insert. Markup outside the subset stays visible as text.

    A link that is not an in-page anchor, http(s), mailto or tel keeps its text and loses its address.
    """
    return Markup(_cleaner().clean(_parser().render(prose)))  # noqa: S704 - nh3 has just made it safe


def to_text(prose: str) -> str:
    """Return prose without its markup, in one line."""
    bare = nh3.clean(_parser().render(prose), tags=set())
    return " ".join(html.unescape(bare).split())


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "linkify": False}).enable(_RULES)
    parser.validateLink = _any_link
    parser.core.ruler.push("safe_links", _keep_safe_links)
    return parser


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=_keep_safe_href,
        link_rel=None,
        strip_comments=True,
    )


def _any_link(url: str) -> bool:
    """Let the parser take every link that has an address, so that an unsafe one can be taken out with its syntax."""
    return bool(url)


def _keep_safe_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = list(_with_safe_links(token.children))


def _with_safe_links(tokens: list[Token]) -> Iterator[Token]:
    safe = True
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrGet("href"))
            safe = is_safe(href)
            if is_external(href):
                token.attrSet("rel", "noopener")
        if safe or token.type not in {"link_open", "link_close"}:
            yield token


def _keep_safe_href(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or is_safe(value) else None

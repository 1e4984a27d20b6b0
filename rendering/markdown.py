"""Prose: a small Markdown subset (paragraphs, emphasis, lists, links, inline code) as sanitised HTML."""

import html
from functools import cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from rendering.links import is_external, is_safe

_RULES: Final = ["emphasis", "list", "link", "backticks", "escape", "entity", "newline"]
_TAGS: Final = {"p", "em", "strong", "ul", "ol", "li", "a", "code", "br"}
_ATTRIBUTES: Final = {"a": {"href", "rel"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


def to_html(prose: str) -> Markup:
    """Return prose as HTML that is safe to insert. What is not in the subset stays visible as text.

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
    parser.add_render_rule("link_open", _open_link)
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


def _open_link(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, _env: EnvType, **_rest: Any
) -> str:
    href = tokens[index].attrGet("href")
    if isinstance(href, str) and is_external(href):
        tokens[index].attrSet("rel", "noopener")
    return renderer.renderToken(tokens, index, options, _env)


def _keep_safe_href(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or is_safe(value) else None

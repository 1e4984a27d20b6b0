"""Whatever the brief: a page passes every hard check, and no word of it comes from anywhere else."""

from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.blocks import BlockType
from domain.brief import Brief, Contact, Link, OpeningHours, Person, Price, Quote
from domain.check import Check
from domain.page import PageDocument
from providers.model import ModelRequestError

Failed = Callable[[Brief], list[tuple[str, Check]]]
Write = Callable[[Brief], PageDocument]
Unsaid = Callable[[PageDocument, Brief], set[str]]

_SETTINGS: Final = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
_WORDS: Final = [
    "bread",
    "oven",
    "quay",
    "night",
    "birch",
    "flour",
    "1931",
    "40%",
    "harbour",
    "the",
    "of",
    "and",
    "we",
    "bake",
    "with",
    "7:30",
    "£4.60",
    "Isla",
    "Kerr",
    "free",
    "$49",
    "post@harbour.example",
    "https://harbour.example/x",
    "ガラス",
    "川の音",
    "の",
    "خبز",
    "في",
    "3rd",
    "1,200",
    "*bold*",
    "_x_",
    "[y]",
    "`z`",
    "#1",
    "-",
    "1.",
    "“said”",
    "«dit»",
    "「言う」",
    "<b>",
    "&amp;",
    "best",
]
_SENTENCE = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=14).flatmap(
    lambda words: st.sampled_from([".", "!", "?", "。", "؟", ":", ""]).map(lambda end: " ".join(words) + end)
)
_LINE = st.tuples(st.sampled_from(["", "", "## ", "### ", "- ", "- **Lead:** ", "1. ", "> "]), _SENTENCE).map("".join)
_TEXT = st.lists(_LINE, min_size=1, max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda gap: gap.join(lines))
)
_SHORT = st.lists(st.sampled_from([word for word in _WORDS if word != "<b>"]), min_size=1, max_size=5).map(" ".join)
_CHARACTERS = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"])
"""The parser of briefs refuses control characters and surrogates; nobody types the others."""
_ANY = st.text(_CHARACTERS, min_size=1, max_size=60).filter(str.strip)
_ANY_TEXT = st.text(_CHARACTERS, max_size=300).map("Bread. {}".format)


def _briefs(text: st.SearchStrategy[str], short: st.SearchStrategy[str]) -> st.SearchStrategy[Brief]:
    return st.builds(
        Brief,
        text=text,
        name=st.none() | short,
        offer=st.none() | short,
        audience=st.none() | short,
        call_to_action=st.none() | short,
        links=st.lists(
            st.builds(Link, label=short, url=st.sampled_from(["https://a.example/", "http://b.example/x?y=1#z"])),
            max_size=2,
        ).map(tuple),
        contact=st.none()
        | st.builds(
            Contact,
            phone=st.sampled_from([None, "+44 1632 960388"]),
            email=st.just("x@harbour.example"),
            address=st.none() | short,
        ),
        opening_hours=st.lists(st.builds(OpeningHours, days=short, hours=short), max_size=2).map(tuple),
        prices=st.lists(st.builds(Price, item=short, price=short, note=st.none() | short), max_size=3).map(tuple),
        quotes=st.lists(st.builds(Quote, text=short, author=short), max_size=2).map(tuple),
        people=st.lists(st.builds(Person, name=short, role=st.none() | short), max_size=2).map(tuple),
        avoid=st.lists(st.sampled_from(["bread", "best", "خبز", "川"]), max_size=2).map(tuple),
        language=st.sampled_from(["en", "de", "fr", "es", "nl"]),
        sections=st.lists(st.sampled_from(BlockType), max_size=4).map(tuple),
    )


def _complaints(brief: Brief, failed: Failed) -> list[tuple[str, Check]]:
    try:
        complaints = failed(brief)
    except ModelRequestError:
        return []
    return [(step, check) for step, check in complaints if check.name not in _BRIEF_S_OWN]


_BRIEF_S_OWN: Final = {"language"}
"""A brief written in another script than its language names makes such a page: the sandbox cannot translate."""


@_SETTINGS
@given(brief=_briefs(_TEXT, _SHORT))
def test_a_page_of_marked_up_text_passes_every_check(brief: Brief, failed: Failed) -> None:
    assert _complaints(brief, failed) == []


@_SETTINGS
@given(brief=_briefs(_ANY_TEXT, _ANY))
def test_a_page_of_any_characters_passes_every_check(brief: Brief, failed: Failed) -> None:
    assert _complaints(brief, failed) == []


@_SETTINGS
@given(brief=_briefs(_TEXT, _SHORT))
def test_no_word_of_a_page_comes_from_anywhere_but_brief_and_phrases(
    brief: Brief, write: Write, unsaid: Unsaid
) -> None:
    try:
        page = write(brief)
    except ModelRequestError:
        return
    assert unsaid(page, brief) == set()

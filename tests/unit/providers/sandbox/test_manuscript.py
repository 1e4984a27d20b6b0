"""A brief's Markdown is read into topics as an editor would mark it up."""

import pytest

from providers.sandbox.manuscript import Entry, every_sentence, read
from providers.sandbox.phrases import phrasebook

_EN = phrasebook("en").reading


@pytest.mark.parametrize("mark", ["•", "–", "✓", "🔥", "🌶️", "👩‍🍳", "📍 "])
def test_lines_that_begin_with_a_mark_are_a_list(mark: str) -> None:
    (topic,) = read(f"We bake.\n\n{mark} Rye bread\n{mark} Oat bread, dark\n\nCome in.", _EN)
    assert [entry.sentences for entry in topic.points] == [("Rye bread",), ("Oat bread, dark",)]
    assert topic.sentences == ("We bake.", "Come in.")


@pytest.mark.parametrize(
    "text", ["🌮 Tacos from a truck\nby the sea.", "We bake – every day\n– and all night – bread."]
)
def test_one_line_that_begins_with_a_mark_is_none(text: str) -> None:
    (topic,) = read(text, _EN)
    assert (len(topic.sentences), topic.points) == (1, ())


def test_a_line_with_a_colon_is_the_heading_of_the_list_below_it() -> None:
    first, bread, last = read("We bake.\n\nBread:\n- Rye\n- Oat\n\nCome in.", _EN)
    assert (first.heading, first.sentences) == ("", ("We bake.",))
    assert (bread.heading, len(bread.points), bread.paragraphs) == ("Bread", 2, ())
    assert (last.heading, last.sentences) == ("", ("Come in.",))


def test_below_a_heading_a_line_with_a_colon_introduces_its_list() -> None:
    (topic,) = read("## Bread\n\nWe bake:\n\n- Rye\n- Oat\n\nCome in.", _EN)
    assert (topic.heading, topic.sentences) == ("Bread", ("We bake:", "Come in."))


def test_text_before_the_first_heading_is_a_topic_without_one() -> None:
    first, second = read("We bake.\n\n## Bread\n\nDark.", _EN)
    assert (first.heading, first.sentences) == ("", ("We bake.",))
    assert (second.heading, second.sentences) == ("Bread", ("Dark.",))


def test_lists_are_told_apart_and_their_bold_beginnings_are_leads() -> None:
    (topic,) = read("- **Flour:** Local.\n- Time – plenty of it\n\n1. Feed. Then wait.\n2. **Bake** it", _EN)
    assert topic.points == (Entry("Flour", ("Local.",)), Entry("", ("Time – plenty of it",)))
    assert topic.steps == (Entry("", ("Feed.", "Then wait.")), Entry("", ("Bake it",)))


def test_deeper_headings_belong_to_the_topic_above() -> None:
    (topic,) = read("## Questions\n\n### Where?\n\nHere.\n\n### When?\n\nNow.", _EN)
    assert topic.heading == "Questions"
    assert [inner.heading for inner in topic.topics] == ["Where?", "When?"]


def test_a_single_top_heading_is_a_title_and_swallows_nothing() -> None:
    topics = read("# The shop\n\nWe sell.\n\n## Tools\n\nMany.", _EN)
    assert [topic.heading for topic in topics] == ["The shop", "Tools"]


def test_markup_is_read_not_printed() -> None:
    (topic,) = read("We *love* [bread](https://a.example) and `rye`.", _EN)
    assert topic.sentences == ("We love bread and rye.",)


def test_wrapped_japanese_lines_join_without_a_space() -> None:
    (topic,) = read("お部屋は\n六つです。", phrasebook("ja").reading)
    assert topic.sentences == ("お部屋は六つです。",)


def test_every_sentence_is_found_once_in_order() -> None:
    topics = read("One.\n\n## Two\n\n- Three.\n\n### Four\n\nFive.", _EN)
    assert every_sentence(topics) == ["One.", "Three.", "Five."]

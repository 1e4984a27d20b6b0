"""Each phrasebook is whole, and none of its phrases states a fact."""

import pytest

from domain.blocks import BlockType
from providers.sandbox.phrases import PHRASEBOOKS, phrasebook
from providers.sandbox.phrases.phrasebook import Phrasebook


@pytest.fixture(params=sorted(PHRASEBOOKS))
def book(request: pytest.FixtureRequest) -> Phrasebook:
    return PHRASEBOOKS[str(request.param)]


def test_a_phrasebook_has_a_heading_for_every_kind_of_section_but_the_hero(book: Phrasebook) -> None:
    assert set(book.printed.headings) == set(BlockType) - {BlockType.HERO}


def test_a_phrasebook_has_every_label_and_question(book: Phrasebook) -> None:
    assert all(book.printed)
    assert len(book.printed.ordinals) == 8


def test_no_phrase_holds_a_figure(book: Phrasebook) -> None:
    assert not [phrase for phrase in book.printed if any(map(str.isdigit, phrase))]


def test_names_and_items_stand_where_they_are_filled_in(book: Phrasebook) -> None:
    assert all("{name}" in phrase for group in book.printed.named.values() for phrase in group)
    assert "{item}" in book.printed.questions.price


def test_no_two_languages_share_a_sentence_of_phrases() -> None:
    long_phrases = [phrase for book in PHRASEBOOKS.values() for phrase in book.printed if len(phrase) > 12]
    assert len(long_phrases) == len(set(long_phrases))


def test_a_region_or_script_does_not_hide_a_language() -> None:
    assert phrasebook("de-AT").language == "de"
    assert phrasebook("zh-Hant").printed == phrasebook("tlh").printed

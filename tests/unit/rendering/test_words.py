from dataclasses import asdict

import pytest

from rendering.language import page_language
from rendering.words import words_for

SPOKEN = ["en", "de", "fr", "es", "it", "pt", "nl", "ja", "zh", "ko", "ar", "he", "ru", "pl", "tr"]


@pytest.mark.parametrize("tag", SPOKEN)
def test_we_speak_the_language(tag: str) -> None:
    words = words_for(page_language(tag))
    assert words.language is None
    assert all(word for name, word in asdict(words).items() if name != "language")


def test_each_language_has_its_own_words() -> None:
    assert len({words_for(page_language(tag)).skip for tag in SPOKEN}) == len(SPOKEN)


def test_a_region_speaks_its_language() -> None:
    assert words_for(page_language("de-AT")) == words_for(page_language("de"))


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK", "zh-Hant"])
def test_traditional_chinese_is_written_traditionally(tag: str) -> None:
    assert words_for(page_language(tag)).phone == "電話"
    assert words_for(page_language("zh-CN")).phone == "电话"


def test_another_language_gets_english_marked_as_such() -> None:
    words = words_for(page_language("sw"))
    assert (words.skip, words.language) == ("Skip to content", "en")

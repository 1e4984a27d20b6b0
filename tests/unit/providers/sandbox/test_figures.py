"""Figures are those that plainly count something."""

import pytest

from providers.sandbox.figures import list_stats, text_stats
from providers.sandbox.manuscript import Entry
from providers.sandbox.phrases import phrasebook


def _found(language: str, *sentences: str) -> list[tuple[str, str]]:
    return [(stat.value, stat.label) for stat in text_stats(sentences, phrasebook(language).reading)]


@pytest.mark.parametrize(
    ("language", "sentence", "value", "label"),
    [
        ("en", "We test the water at 14 bridges.", "14", "bridges"),
        ("en", "The house has over 1,200 members in town.", "over 1,200", "members"),
        ("en", "We bake 12 kinds of bread, all dark.", "12", "kinds of bread"),
        ("de", "Bei uns arbeiten rund 340 Menschen.", "rund 340", "Menschen"),
        ("fr", "Le musée garde plus de 300 outils de sauniers.", "plus de 300", "outils de sauniers"),
        ("es", "Tenemos 18 mesas en el patio.", "18", "mesas"),
    ],
)
def test_a_counted_noun_is_found(language: str, sentence: str, value: str, label: str) -> None:
    assert _found(language, sentence) == [(value, label)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We opened in 1931 on the quay."),
        ("en", "The door opens at 7 in the morning."),
        ("en", "Come on 12 April."),
        ("en", "It costs €4 for members."),
        ("en", "Call 555 0134 today."),
        ("en", "Our 12 rooms overlook the lake."),
        ("en", "12 rooms overlook the lake."),
        ("en", "Classes of up to 30 come on Wednesdays."),
        ("de", "Am 3. Mai um 9 Uhr."),
        ("ja", "客室は12室です。"),
        ("xx", "Wij hebben 14 kamers."),
    ],
)
def test_dates_times_prices_and_unclear_phrases_are_no_figures(language: str, sentence: str) -> None:
    assert _found(language, sentence) == []


def test_a_list_of_figures_is_read_in_both_spellings() -> None:
    points = [Entry("", ("260 seats",)), Entry("客室", ("6室",)), Entry("", ("More than 40 volunteers.",))]
    assert [(stat.value, stat.label) for stat in list_stats(points, phrasebook("en").reading)] == [
        ("260", "seats"),
        ("6室", "客室"),
        ("More than 40", "volunteers"),
    ]


def test_a_list_with_anything_else_is_no_list_of_figures() -> None:
    points = [Entry("", ("260 seats",)), Entry("", ("Good coffee",))]
    assert list_stats(points, phrasebook("en").reading) == ()

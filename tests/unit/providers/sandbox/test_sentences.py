"""Sentences are found in every script, and cut text ends where a reader would stop."""

import pytest

from providers.sandbox.phrases import phrasebook
from providers.sandbox.sentences import capital, fit, is_question, join, lead, overlap, shorten, split, with_stop


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("en", "We bake. You eat! Why not?", ["We bake.", "You eat!", "Why not?"]),
        ("en", "Dr. Ash came at 4 p.m. on Monday.", ["Dr. Ash came at 4 p.m. on Monday."]),
        ("en", "It costs 4.50 a loaf. J. R. Hale pays.", ["It costs 4.50 a loaf.", "J. R. Hale pays."]),
        ("en", "“Come in. Sit down.” She meant it.", ["“Come in. Sit down.”", "She meant it."]),
        ("en", 'He said "Stop. Now." and left.', ['He said "Stop. Now." and left.']),
        ("en", "Wait… what? See v1.2 now", ["Wait… what?", "See v1.2 now"]),
        ("en", "open till 5 p.m. daily. ring first!", ["open till 5 p.m. daily.", "ring first!"]),
        ("en", "we sew. it is slow. ask Piet. he knows", ["we sew.", "it is slow.", "ask Piet.", "he knows"]),
        ("en", "We sew approx. ten. It is slow.", ["We sew approx. ten.", "It is slow."]),
        ("de", "Am 3. Mai kommt Dr. Meier. Ja!", ["Am 3. Mai kommt Dr. Meier.", "Ja!"]),
        ("de", "„Gut so.“ Das sagt z. B. jeder.", ["„Gut so.“", "Das sagt z. B. jeder."]),
        ("fr", "M. Roy ferme à 18 h. Entrez !", ["M. Roy ferme à 18 h.", "Entrez !"]),
        ("fr", "« Venez. Entrez. » Elle rit.", ["« Venez. Entrez. »", "Elle rit."]),
        ("es", "¿Vienes? ¡Sí! La Sra. Paz espera.", ["¿Vienes?", "¡Sí!", "La Sra. Paz espera."]),
        ("ja", "静かです。本当に？はい！", ["静かです。", "本当に？", "はい！"]),
        ("ja", "「また来ます。」と言われます。六室です。", ["「また来ます。」と言われます。", "六室です。"]),
        ("ar", "هل تريد موعدًا؟ نعم. نحن هنا.", ["هل تريد موعدًا؟", "نعم.", "نحن هنا."]),
        ("xx", "Een zin. Nog een.", ["Een zin.", "Nog een."]),
    ],
)
def test_a_text_is_split_into_its_sentences(language: str, text: str, sentences: list[str]) -> None:
    assert list(split(text, phrasebook(language).reading)) == sentences


def test_text_without_letters_is_no_sentence() -> None:
    assert split("*** --- !!!", phrasebook("en").reading) == ()


def test_sentences_are_joined_with_a_space_only_where_a_script_has_one() -> None:
    assert join(["One.", "Two."]) == "One. Two."
    assert join(["静かです。", "六室です。"]) == "静かです。六室です。"


def test_as_many_whole_sentences_are_taken_as_fit() -> None:
    assert fit(["One two.", "Three four.", "Five."], 21, phrasebook("en").reading) == "One two. Three four."


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("A small bakehouse, open every day of the week", 25, "A small bakehouse"),
        ("A small bakehouse on the harbour of the town", 31, "A small bakehouse on the harbour"[:17]),
        ("Bread", 25, "Bread"),
    ],
)
def test_a_long_text_is_cut_at_a_clause_or_before_little_words(text: str, limit: int, cut: str) -> None:
    shortened = shorten(text, limit, phrasebook("en").reading)
    assert shortened == cut
    assert len(shortened) <= limit


def test_cut_text_never_ends_on_dots_or_inside_a_word() -> None:
    words = ["every", "loaf", "rests", "for", "eighteen", "hours", "before", "anybody", "is", "allowed", "near", "it"]
    for limit in range(12, 60):
        shortened = shorten(" ".join(words), limit, phrasebook("en").reading)
        assert len(shortened) <= limit
        assert shortened.split() == words[: len(shortened.split())]


def test_japanese_is_cut_at_its_comma() -> None:
    text = "川の音と、囲炉裏と、夜になるとほんとうに暗い空があります"
    assert shorten(text, 12, phrasebook("ja").reading) == "川の音と、囲炉裏と"


def test_a_heading_has_no_full_stop_but_keeps_its_question_mark() -> None:
    reading = phrasebook("en").reading
    assert lead("Come in.", 40, reading) == "Come in"
    assert lead("Why us?", 40, reading) == "Why us?"


@pytest.mark.parametrize("text", ["Why?", "أين؟", "本当に？", "泊まれますか。", "泊まれますか", "“Really?”"])
def test_questions_are_known_in_every_script(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["Why not.", "静か。", "豊か", "We ask"])
def test_statements_are_no_questions(text: str) -> None:
    assert not is_question(text)


def test_a_fragment_is_ended_in_its_own_script() -> None:
    assert [with_stop("Bread"), with_stop("Bread!"), with_stop("湯宿")] == ["Bread.", "Bread!", "湯宿。"]


def test_names_spelled_small_stay_small() -> None:
    assert [capital("bread"), capital("iPhone repair"), capital("node.js course")] == [
        "Bread",
        "iPhone repair",
        "node.js course",
    ]


def test_overlap_counts_shared_words_and_shared_pairs_of_ideographs() -> None:
    assert overlap("order bread", "Bread to order") == 1
    assert overlap("予約する", "空室を予約する") == 1
    assert overlap("tea", "bread") == 0

from collections.abc import Callable

import pytest

from domain import blocks
from domain.blocks import Action, Cta, Hero, Section, Text
from domain.brief import Brief
from domain.checks import check_section
from domain.task import SectionTask

Failures = Callable[[Section], dict[str, str]]
TaskFor = Callable[[Section, Brief], SectionTask]


def text(body: str) -> Text:
    return Text(heading="Our bread", body=body)


def hero(words: str) -> Hero:
    return Hero(heading="Our bread", text=words)


def quoted(quote: str, author: str = "Ada Sample", role: str | None = None) -> blocks.Testimonials:
    return blocks.Testimonials(
        heading="Neighbours", quotes=(blocks.Testimonial(quote=quote, author=author, role=role),)
    )


@pytest.mark.parametrize(
    "words",
    [
        "Lorem ipsum dolor",
        "[Your name]",
        "[Insert address here]",
        "Hello {{ name }}",
        "TODO: write",
        "TBD",
        "Call XXX",
        "Only $XX",
        "Insert your offer here",
        "Ihr Text hier",
        "Hier Adresse einfügen",
        "Votre texte ici",
        "ここに店名を入力してください",
        "[会社名]",
        "ダミーテキスト",
        "أدخل اسم الشركة هنا",
        "نص تجريبي",
        "Su texto aquí",
        "${name}",
        "John Doe",
        "Musterstraße 1",
        "____",
    ],
)
def test_a_placeholder_is_refused(words: str, failures: Failures) -> None:
    assert "placeholders" in failures(hero(words))


def test_a_placeholder_word_the_maker_uses_is_none(task_for: TaskFor) -> None:
    section = hero("Keep your TODO list with Acme.")
    brief = Brief(text="Acme keeps your TODO list.")
    assert all(
        check.passed for check in check_section(section, task_for(section, brief)) if check.name == "placeholders"
    )


@pytest.mark.parametrize("words", ["Cheap bread", "cheaper than ever", "CHEAP!", "ch\u200beap", "modern art"])
def test_a_word_to_avoid_is_refused(words: str, failures: Failures) -> None:
    assert "avoid" in failures(hero(words))


@pytest.mark.parametrize("words", ["a party", "an article", "smart", "cheapskates"])
def test_words_that_only_contain_one_are_not(words: str, failures: Failures) -> None:
    assert failures(hero(words)) == {}


@pytest.mark.parametrize(
    ("avoid", "words"),
    [("安い", "とても安いパン"), ("رخيص", "الخبز الرخيص"), ("رخيص", "خبز رخيص"), ("low  cost", "low\u00a0cost bread")],
)
def test_avoided_words_are_found_in_scripts_that_join_words(avoid: str, words: str, task_for: TaskFor) -> None:
    section = hero(words)
    checks = check_section(section, task_for(section, Brief(text=words, avoid=(avoid,))))
    assert not next(check for check in checks if check.name == "avoid").passed


def test_facts_to_be_repeated_may_hold_avoided_words(task_for: TaskFor) -> None:
    brief = Brief.model_validate(
        {"name": "Cheap Books", "avoid": ["cheap"], "quotes": [{"text": "Cheap and good.", "author": "Ada Sample"}]}
    )
    for section in (hero("Cheap Books opens today"), quoted("Cheap and good.")):
        assert next(check for check in check_section(section, task_for(section, brief)) if check.name == "avoid").passed


@pytest.mark.parametrize(
    "section",
    [
        hero("<script>alert(1)</script>"),
        hero("a </title> b"),
        hero("<img src=x onerror=alert(1)>"),
        hero("&lt;b&gt;bold"),
        hero("Bread &amp; butter"),
        hero("onclick=alert(1)"),
        hero("javascript:alert(1)"),
        hero("**bold**"),
        hero("[a](#hero-part)"),
        text("![x](#hero-part)"),
        text("# Heading"),
        text("```\ncode\n```"),
        text("[a]: https://www.bakery.example/menu?day=today"),
        Cta(heading="</script><script>", action=Action(label="Go", href="#hero-part")),
        hero("<!-- x -->"),
    ],
)
def test_markup_is_refused(section: Section, failures: Failures) -> None:
    assert "markup" in failures(section)


@pytest.mark.parametrize(
    "words",
    ["I <3 bread", "1 < 2 > 0", "R&D; AT&T", "JavaScript: our hobby", "5*5", "The data: rye", "snake_case_name"],
)
def test_ordinary_signs_are_no_markup(words: str, failures: Failures) -> None:
    assert failures(hero(words)) == {}


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", chr(0xD800), "\ufffd", "\ufffe", "\ue000", "\U000e0041"]
)
def test_control_characters_and_bidi_overrides_are_refused(character: str, failures: Failures) -> None:
    section = hero("x").model_copy(update={"text": f"fresh {character}bread"})
    assert "characters" in failures(section)


def test_joiners_marks_and_line_ends_are_text(failures: Failures) -> None:
    assert failures(text("می\u200cخواهم \U0001f468\u200d\U0001f373 \u200fنص\u200e\n\nbread")) == {}

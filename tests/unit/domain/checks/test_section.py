from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import blocks
from domain.blocks import (
    Action,
    Contact,
    Cta,
    Faq,
    Features,
    Gallery,
    Hero,
    Hours,
    Item,
    Member,
    Plan,
    Pricing,
    Question,
    Section,
    Stat,
    Stats,
    Team,
    Text,
    Tile,
)
from domain.brief import Brief
from domain.check import CheckKind
from domain.checks import CheckName, check_section
from domain.task import SectionTask

Failures = Callable[[Section], dict[str, str]]
TaskFor = Callable[[Section, Brief], SectionTask]

SECTION_CHECKS = [
    "type",
    "anchor",
    "language",
    "links",
    "phones",
    "emails",
    "prices",
    "quotes",
    "names",
    "contact",
    "hours",
    "stats",
    "placeholders",
    "alt-text",
    "avoid",
    "markup",
    "characters",
]


def text(body: str) -> Text:
    return Text(heading="Our bread", body=body)


def hero(words: str) -> Hero:
    return Hero(heading="Our bread", text=words)


def linked(href: str) -> Cta:
    return Cta(heading="Come by", action=Action(label="Go", href=href))


def quoted(quote: str, author: str = "Ada Sample", role: str | None = None) -> blocks.Testimonials:
    return blocks.Testimonials(
        heading="Neighbours", quotes=(blocks.Testimonial(quote=quote, author=author, role=role),)
    )


def priced(name: str, price: str) -> Pricing:
    return Pricing(heading="Prices", plans=(Plan(name=name, price=price),))


HONEST: list[Section] = [
    hero("Three flours, time and salt since 1987. Rye from $4.20, cakes from 30 USD, for 1200 households."),
    text(
        "Call +1 555 010 0123 or 555 010 0123, **or** write to hello@bakery.example.\n\n1. Mix\n2. Wait\n\nSee "
        "[the menu](https://www.bakery.example/menu?day=today) and [prices](#pricing-part), or shop.example.com."
    ),
    text("“bread is time and time is bread, never hurry” is what we say, and “slow” is what we mean."),
    linked("#contact-part"),
    linked("https://WWW.bakery.example:443/menu?day=today"),
    linked("https://shop.example.com/order/"),
    linked("mailto:hello@bakery.example"),
    linked("tel:+15550100123"),
    linked("tel:+49301234567"),
    priced("Rye loaf", "$4.20"),
    priced("Cake", "from $30, feeds 12"),
    quoted("It’s the best rye «in  town», really.", role="Neighbour"),
    Team(heading="Who bakes", members=(Member(name="Bo  Baker", role="Head baker"),)),
    Stats(
        heading="In figures", items=(Stat(value="1.200", label="households"), Stat(value="since 1987", label="open"))
    ),
    Gallery(
        heading="Pictures", tiles=(Tile(title="Rye", alt="A dark loaf on a board"), Tile(title="Oven", alt="The oven"))
    ),
    Contact(
        heading="Visit",
        phone="(+1) 555-010-0123",
        email="hello@bakery.example",
        address="1 Market Square,  Exampleton",
        hours=(Hours(days="Mon-Fri", hours="7:00 - 18:00"), Hours(days="Sat", hours="8–12")),
        links=(Action(label="Menu", href="https://www.bakery.example/menu?day=today"),),
    ),
    Faq(heading="Questions", items=(Question(question="Do you do parties or smart catering?", answer="Yes, we do."),)),
]


@pytest.mark.parametrize("section", HONEST, ids=lambda section: section.type.value)
def test_an_honest_section_passes(section: Section, failures: Failures) -> None:
    assert failures(section) == {}


def test_every_check_is_told_each_time_in_the_same_order(bakery: Brief, task_for: TaskFor) -> None:
    for section in HONEST:
        checks = check_section(section, task_for(section, bakery))
        assert [check.name for check in checks] == SECTION_CHECKS
        assert {check.kind for check in checks} == {CheckKind.SECTION}
    assert set(SECTION_CHECKS) <= set(CheckName)


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/",
        "http://shop.example.com/other",
        "https://shop.example.com/order?x=1",
        "#nowhere",
        "#",
        "//shop.example.com/order",
        "/order",
        "order",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript&colon;alert(1)",
        "%6aavascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "https:shop.example.com/order",
        "https:/shop.example.com/order",
        "https:\\\\shop.example.com\\order",
        "https://shop.example.com@evil.example/order",
        "https://shop.example.com%2eevil.example/order",
        "https://shop.example.com\u3002evil.example/",
        "https://shop.example.com/order\u202e",
        "https://shop.example.com\u200b/order",
        "https://sh\u043ep.example.com/order",
        "https://shop.example.com:8443/order",
        "mailto:evil@bakery.example",
        "mailto:hello@bakery.example?bcc=evil@x.example",
        "mailto:hello@bakery.example,evil@x.example",
        "mailto:hello%40bakery.example",
        "tel:+15550100124",
        "tel:5550100",
        "tel:+15550100123;ext=9",
        "tel:",
        "mailto:",
        "sms:+15550100123",
        "https://[",
        "https://",
    ],
)
def test_a_link_the_brief_does_not_have_is_refused(href: str, failures: Failures) -> None:
    assert "links" in failures(linked(href))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "<javascript:alert(1)>",
        "java&#115;cript:alert(1)",
        "javascript\\:alert(1)",
        "&#x2f;/evil.zip",
        "//evil.example",
        'https://evil.example "title"',
        "https://shop.example.com/order((x))",
        "",
        "          javascript:x",
        "#nowhere",
        "data:text/html;base64,PHN2Zz4=",
    ],
)
def test_a_link_in_prose_is_held_to_the_same(target: str, failures: Failures) -> None:
    assert "links" in failures(text(f"Go [there]({target}) now."))


@pytest.mark.parametrize(
    "words",
    [
        "Visit evil.example.",
        "See https://evil.example/x",
        "www.evil.example",
        "ftp://shop.example.com",
        "EVIL.COM",
        "siehe:evil.com",
        "https:\\\\evil.com",
        "**evil**.com",
    ],
)
def test_an_address_in_words_is_a_link_all_the_same(words: str, failures: Failures) -> None:
    assert "links" in failures(text(words))


@pytest.mark.parametrize(
    "words", ["Made with Node.js, ASP.NET and main.py, e.g. z.B. at 8.30.", "Fresh. Warm.Crisp", "v1.2.3 of README.md"]
)
def test_names_with_dots_are_no_addresses(words: str, failures: Failures) -> None:
    assert failures(text(words)) == {}


@pytest.mark.parametrize(
    "words",
    [
        "Call 555-0142",
        "Call +1 555 010 0124",
        "+44 20 7946 0000",
        "030 7654321",
        "(555) 010-0198",
        "５５５-０１４-０１４２",
        "٠٥٠-١٢٣-٤٥٦٧",
        "5\u200b5\u200b5-014-0142",
        "&#53;55-014-0142",
        "555**-**014**-**0142",
        "+1.555.010.0124",
        "03-1234-5678",
        "+1 20 15 20 16",
        "5550140142",
        "+49 555 010 0123",
    ],
)
def test_a_phone_number_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "phones" in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "from 2019-2024",
        "on 12.05.2024 - 14.05.2024",
        "2024-05-12 10",
        "ISBN 978-3-16-148410-0",
        "ISBN 3-16-148410-X",
        "9783161484100",
        "1,000,000 crumbs",
        "12 500 000 crumbs",
        "1.000.000 Krümel",
        "open 8.00-18.00",
        "May 10-12 2024",
        "20240512",
        "1000-2000 guests",
        "12:00-13:30 and 14:00-15:30",
    ],
)
def test_dates_counts_and_book_numbers_are_no_phone_numbers(words: str, failures: Failures) -> None:
    assert "phones" not in failures(text(words))


@pytest.mark.parametrize(
    "words",
    [
        "boss@bakery.example",
        "hello@evil.example",
        "hello [at] evil [dot] example",
        "hello（at）evil.example",
        "h&#101;y@bakery.example",
    ],
)
def test_an_email_address_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "emails" in failures(text(f"Write to {words} today"))


@pytest.mark.parametrize(
    "words",
    [
        "$4.21",
        "4,20 €",
        "$ 42",
        "only 5 dollars",
        "USD 31",
        "31 usd",
        "Price (USD): 59",
        "$10-30",
        "$30-99",
        "30 to 99 dollars",
        "٥٠ دولار",
        "１００円",
        "$3k",
        "£30",
        "99 cents",
        "5 Mio. €",
        "$\u200b31",
        "R$ 30 or US$31",
    ],
)
def test_a_price_the_brief_does_not_have_is_refused(words: str, failures: Failures) -> None:
    assert "prices" in failures(hero(f"Yours for {words} now"))


def test_the_message_about_a_price_names_it_its_place_and_the_briefs_prices(failures: Failures) -> None:
    message = failures(Features(heading="A", items=(Item(title="A", text="b"), Item(title="B", text="for $99"))))[
        "prices"
    ]
    assert "items[1].text" in message
    assert '"$99"' in message
    assert '"$4.20", "from $30"' in message


@pytest.mark.parametrize("words", ["5 pounds of flour", "COP 30 and PHP 8", "we won 5", "2 points", "room 12", "10 ft"])
def test_other_quantities_are_no_prices(words: str, failures: Failures) -> None:
    assert "prices" not in failures(hero(words))


@pytest.mark.parametrize(
    "section",
    [priced("Rye loaf", "5"), priced("Rye loaf", "$30"), priced("Cake", "$4.20"), priced("Rye loaf", "from 12")],
)
def test_a_plan_has_the_price_of_its_own_item(section: Section, failures: Failures) -> None:
    assert "prices" in failures(section)


@pytest.mark.parametrize(
    "section",
    [
        quoted("It's the best rye in town."),
        quoted("It's the best rye “in town”, really.", author="Bo Baker"),
        quoted("It's the best rye “in town”, really.", role="Mayor"),
        text("“They bake the finest bread that I have ever eaten anywhere”, says a neighbour."),
        text("> They bake the finest bread that I have ever eaten."),
        text("「この店のパンは今まで食べた中でいちばんおいしいと思います」と言われます。"),
    ],
)
def test_a_quote_the_brief_does_not_have_word_for_word_is_refused(section: Section, failures: Failures) -> None:
    assert "quotes" in failures(section)


def test_names_are_the_briefs(failures: Failures) -> None:
    assert "names" in failures(quoted("It's the best rye “in town”, really.", author="Eve Invented"))
    assert "names" in failures(Team(heading="Who", members=(Member(name="Eve Invented"),)))


@pytest.mark.parametrize(
    ("section", "check"),
    [
        (Contact(heading="Visit", phone="+1 555 010 0199"), "contact"),
        (Contact(heading="Visit", email="other@bakery.example"), "contact"),
        (Contact(heading="Visit", address="2 Market Square, Exampleton"), "contact"),
        (Contact(heading="Visit", hours=(Hours(days="Sun", hours="8–12"),)), "hours"),
        (Contact(heading="Visit", hours=(Hours(days="Sat", hours="7:00–18:00"),)), "hours"),
    ],
)
def test_contact_and_hours_are_the_briefs(section: Section, check: str, failures: Failures) -> None:
    assert check in failures(section)


@pytest.mark.parametrize(
    "stat",
    [
        Stat(value="1,201", label="households"),
        Stat(value="98 %", label="happy"),
        Stat(value="٤٥", label="x"),
        Stat(value="Hundreds", label="of loaves"),
        Stat(value="3", label="flours in 40 years"),
    ],
)
def test_a_figure_the_brief_does_not_have_is_refused(stat: Stat, failures: Failures) -> None:
    assert "stats" in failures(Stats(heading="Figures", items=(stat,)))


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


@pytest.mark.parametrize("alt", ["image", "Photo 1", "IMG_2041.jpg", "画像", "--", "The picture"])
def test_an_alt_text_that_says_nothing_is_refused(alt: str, failures: Failures) -> None:
    tiles = (Tile(title="Rye", alt="A dark loaf"), Tile(title="Oven", alt=alt))
    assert "alt-text" in failures(Gallery(heading="Pictures", tiles=tiles))


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


def test_type_and_anchor_are_the_planned_ones(bakery: Brief, task_for: TaskFor) -> None:
    task = task_for(hero("x"), bakery)
    failed = {
        check.name
        for check in check_section(text("x").model_copy(update={"anchor": "other"}), task)
        if not check.passed
    }
    assert failed == {"type", "anchor"}


def test_an_answer_in_another_script_than_the_pages_is_refused(bakery: Brief, task_for: TaskFor) -> None:
    section = hero("We bake our bread slowly and with three flours, as we always did.")
    task = task_for(section, bakery.model_copy(update={"language": "ar"}))
    assert "language" in {check.name for check in check_section(section, task) if not check.passed}


def test_the_makers_instruction_gives_facts(bakery: Brief, task_for: TaskFor) -> None:
    section = text(
        "New: stollen for $18, by Eva Example. Call 555-014-0142, see https://stollen.example/buy or a@stollen.example."
    )
    task = task_for(section, bakery)
    instruction = (
        "Add stollen for 18 USD. Phone 555 014 0142, link https://stollen.example/buy, mail a@stollen.example."
    )
    assert {check.name for check in check_section(section, task) if not check.passed} > {
        "prices",
        "phones",
        "links",
        "emails",
    }
    revised = task.model_copy(update={"instruction": instruction})
    assert all(check.passed for check in check_section(section, revised) if check.name != "anchor")


def test_what_an_earlier_instruction_gave_may_stay_in_the_section(bakery: Brief, task_for: TaskFor) -> None:
    current = text("Stollen for $18.")
    shorter = text("Stollen: $18.")
    task = task_for(shorter, bakery).model_copy(update={"instruction": "Make it shorter.", "current": current})
    assert next(check for check in check_section(shorter, task) if check.name == "prices").passed


def test_a_message_stays_short_and_printable(failures: Failures) -> None:
    section = text(" ".join(f"${number}" for number in range(1000, 1900)))
    message = failures(section)["prices"]
    assert len(message) < 2000
    assert message.endswith("more like these")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=200))
def test_any_text_is_judged_without_an_error(words: str, bakery: Brief, task_for: TaskFor) -> None:
    section = hero("x").model_copy(update={"text": words})
    assert len(check_section(section, task_for(section, bakery))) == len(SECTION_CHECKS)

"""What an honest writer makes of a brief passes, in languages that write numbers, prices and quotes differently."""

from collections.abc import Callable

import pytest

from domain import blocks
from domain.blocks import Contact, Hero, Hours, Plan, Pricing, Section, Stat, Stats, Text
from domain.brief import Brief
from domain.checks import check_section, plannable
from domain.task import SectionTask

GERMAN = Brief.model_validate(
    {
        "language": "de",
        "name": "Bäckerei Beispiel",
        "text": "Seit 1987 backen wir mit Natursauerteig. 1.200 Haushalte, 12,5 % davon im Abo. Frühstück 10-12 €.",
        "contact": {
            "phone": "030 / 123 45 67",
            "email": "hallo@baeckerei.example",
            "address": "Marktplatz 1,\nBeispielstadt",
        },
        "openingHours": [{"days": "Mo–Fr", "hours": "7:00 bis 18:00 Uhr"}],
        "prices": [{"item": "Roggenbrot", "price": "4,20 €"}, {"item": "Torte", "price": "ab 30,- Euro"}],
        "quotes": [{"text": "„Das beste Brot weit und breit.“", "author": "Ada Muster"}],
    }
)
JAPANESE = Brief.model_validate(
    {
        "language": "ja",
        "name": "かどのパン屋",
        "text": "1987年創業、三代続く店。1日に200個を焼きます。食パンは１，２００円（税込）、コースは1万2千円から。",
        "contact": {"phone": "03-1234-5678", "email": "info@pan.example", "address": "例県見本市広場1-1"},
        "openingHours": [{"days": "火〜土", "hours": "9時〜18時"}],
        "prices": [{"item": "食パン", "price": "1,200円(税込)"}],
        "quotes": [{"text": "毎朝、この香りで目が覚めます。", "author": "見本花"}],
    }
)
ARABIC = Brief.model_validate(
    {
        "language": "ar",
        "name": "مخبز الركن",
        "text": "نخبز منذ ١٩٨٧ لأكثر من ١٬٢٠٠ بيت. الرغيف بـ ٢٥ ريالاً، والتوصيل 10 ريالات.",
        "contact": {"phone": "٠١١ ١٢٣ ٤٥٦٧", "email": "info@makhbaz.example", "address": "ساحة السوق ١"},
        "openingHours": [{"days": "السبت – الخميس", "hours": "٧:٠٠ – ٢٢:٠٠"}],
        "prices": [{"item": "رغيف", "price": "٢٥ ريالًا"}],
        "quotes": [{"text": "أطيب خبز في الحي.", "author": "سالم المثال"}],
    }
)


def quoted(quote: str, author: str) -> blocks.Testimonials:
    return blocks.Testimonials(heading="–", quotes=(blocks.Testimonial(quote=quote, author=author),))


PAGES: list[tuple[Brief, Section]] = [
    (GERMAN, Hero(heading="Brot mit Zeit", text="Seit 1987 für 1200 Haushalte, 12,5% im Abo – ab 4,20 Euro.")),
    (
        GERMAN,
        Text(
            heading="Frühstück", body="Für **10–12 €** oder 10 bis 12 EUR. Rufen Sie an: 030/1234567 oder 030 1234567."
        ),
    ),
    (
        GERMAN,
        Pricing(heading="Preise", plans=(Plan(name="Roggenbrot", price="4,20 €"), Plan(name="Torte", price="ab 30 €"))),
    ),
    (
        GERMAN,
        Contact(
            heading="Kommen",
            phone="030 1234567",
            address="Marktplatz 1, Beispielstadt",
            hours=(Hours(days="Mo-Fr", hours="7:00 bis 18:00 Uhr"),),
        ),
    ),
    (GERMAN, quoted("Das beste Brot weit und breit.", "Ada Muster")),
    (
        JAPANESE,
        Hero(heading="時間のパン", text="1987年から、３代にわたり毎日200個。食パン1,200円、コースは12,000円から。"),
    ),
    (
        JAPANESE,
        Text(
            heading="ご予約", body="お電話は０３－１２３４－５６７８、メールはinfo@pan.exampleまで。「香り」を大切に。"
        ),
    ),
    (JAPANESE, Pricing(heading="料金", plans=(Plan(name="食パン", price="￥1,200"),))),
    (
        JAPANESE,
        Stats(heading="数字", items=(Stat(value="200個", label="一日に焼く数"), Stat(value="3代", label="続く店"))),
    ),
    (JAPANESE, Contact(heading="お店", phone="03-1234-5678", hours=(Hours(days="火～土", hours="9時～18時"),))),
    (JAPANESE, quoted("毎朝、この香りで目が覚めます。", "見本花")),
    (ARABIC, Hero(heading="خبز الصباح", text="منذ 1987 لأكثر من 1,200 بيت، والرغيف بـ 25 ريال.")),
    (ARABIC, Text(heading="التوصيل", body="التوصيل ١٠ ريالات. اتصل على 011 123 4567.")),
    (ARABIC, Pricing(heading="الأسعار", plans=(Plan(name="رغيف", price="٢٥ ريالاً"),))),
    (
        ARABIC,
        Contact(
            heading="زورونا",
            phone="0111234567",
            address="ساحة السوق 1",
            hours=(Hours(days="السبت - الخميس", hours="7:00-22:00"),),
        ),
    ),
    (ARABIC, quoted("أطيب خبز في الحي.", "سالم المثال")),
]


@pytest.mark.parametrize(("brief", "section"), PAGES)
def test_an_honest_section_passes(
    brief: Brief, section: Section, task_for: Callable[[Section, Brief], SectionTask]
) -> None:
    task = task_for(section, brief)
    planned = section.model_copy(update={"anchor": task.plan.anchor})
    assert [check for check in check_section(planned, task) if not check.passed] == []
    assert section.type in plannable(brief)


@pytest.mark.parametrize(
    ("brief", "words", "failed"),
    [
        (GERMAN, "Nur 4,30 €", "prices"),
        (GERMAN, "Frühstück 10-14 €", "prices"),
        (GERMAN, "Tel. 030 7654321", "phones"),
        (JAPANESE, "食パン１，３００円", "prices"),
        (JAPANESE, "コース1万3千円", "prices"),
        (JAPANESE, "電話０３－１２３４－５６７９", "phones"),
        (ARABIC, "الرغيف بـ ٢٦ ريالاً", "prices"),
        (ARABIC, "الرغيف بـ ٢٥ درهماً", "prices"),
        (ARABIC, "اتصل ٠١١ ١٢٣ ٤٥٦٨", "phones"),
    ],
)
def test_a_dishonest_one_does_not(
    brief: Brief, words: str, failed: str, task_for: Callable[[Section, Brief], SectionTask]
) -> None:
    section = Hero(heading="–", text=words)
    assert failed in {check.name for check in check_section(section, task_for(section, brief)) if not check.passed}

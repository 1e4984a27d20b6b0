"""Checks take time in proportion to the text, whatever the text is: no pattern backtracks its way to a standstill."""

import time
from collections.abc import Callable

import pytest

from domain.blocks import BlockType, Text
from domain.brief import Brief, Contact
from domain.checks import check_section, plannable
from domain.language import detect_language
from domain.outline import Outline, SectionPlan, Seo
from domain.task import SectionTask

LONG = 20_000
SHORT = LONG // 4
MOST_GROWTH = 10
"""Four times the text takes four times the time if the time is linear, sixteen times if it is quadratic."""

SEEDS = [
    "1", "1 ", "1.", "1-", "1,", "(", "+1", "123 4567 ", "$", "$1 ", "1 €-", "1-2 €", "1万", "1万2千", "01234567x",
    "a", "a@", "@", "a.", "a.b@", "a@b.", "a.com/", "http://", "https://a.com ", "a:", "[at]", "[", "](", "](<", "[a](",
    "](a(b", "\\", "*", "_", "__a", "`", "![", "\n", "\n> ", "\n|", "|a", "# ", "```", "<", "<a ", "&", "&#", "&amp;",
    "&amp;amp;", "“", "”", "„", "“a", '"', '"a ', "「", "«", "»a", "{{", "[your ", "insert a ", "hier ", "your a ",
    "ここに", "XX", "$X", "java ", "data:a", "on", "click=", "十", "three ", "\u0301", "\u200b", "٣", "ﷺ", "Aa Bb ",
    "a\u202e", "cheap ", "٬",
]  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """CPU time of a run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def judge(text: str) -> None:
    outline = Outline(
        title="Title",
        slug="page",
        language="en",
        seo=Seo(title="Title", description="Description"),
        sections=(SectionPlan(type=BlockType.HERO, anchor="top", heading="Plan"),),
    )
    section = Text(heading="x", body="x").model_copy(update={"body": text})
    brief = Brief(text=text, contact=Contact(phone="030 1234567"), avoid=("cheap", "low cost"))
    check_section(section, SectionTask(brief=brief, language="en", outline=outline, plan=outline.sections[0]))
    plannable(brief)
    detect_language(text)


@pytest.mark.parametrize("seed", SEEDS)
def test_time_grows_with_the_text_and_no_faster(seed: str) -> None:
    def hostile(length: int) -> str:
        return (seed * (length // len(seed) + 1))[: length - 1] + "!"

    # A floor keeps the clock's resolution out of the ratio; a disturbed measurement is given a second and third chance.
    ratios: list[float] = []
    for _ in range(3):
        short = max(seconds(lambda: judge(hostile(SHORT))), 0.01)
        ratios.append(seconds(lambda: judge(hostile(LONG))) / short)
        if ratios[-1] < MOST_GROWTH:
            return
    pytest.fail(f"four times the text took {min(ratios):.1f} times as long")

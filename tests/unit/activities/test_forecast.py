"""Forecasts without a database: plans and sizes."""

from typing import Final

from activities.forecast import ENOUGH, Experience, plan_of, usage_of
from domain.blocks import BlockType
from domain.brief import Brief, Person
from domain.call import Usage
from domain.estimate import Counts, History, StepSample

NOTHING: Final = Experience.of(History())
SHORT: Final = Brief(text="A bakery by the harbour.")


def known(block: BlockType | None, completion: int, steps: int = ENOUGH, prompt: int = 10) -> Experience:
    usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
    return Experience.of(History(samples=(StepSample(block_type=block, usage=usage),) * steps))


def test_a_page_has_an_outline_a_hero_and_what_the_brief_asks_for() -> None:
    asked = (BlockType.HERO, BlockType.TEXT, BlockType.FAQ, BlockType.TEXT)
    plan = plan_of(SHORT.model_copy(update={"sections": asked}), NOTHING)
    assert plan == {
        "outline": Counts(low=1, expected=1, high=1),
        "hero": Counts(low=1, expected=1, high=1),
        "text": Counts(low=2, expected=2, high=2),
        "faq": Counts(low=1, expected=1, high=1),
    }


def test_a_section_without_facts_is_not_counted_on() -> None:
    brief = SHORT.model_copy(update={"sections": (BlockType.TEAM, BlockType.TESTIMONIALS)})
    assert {"team", "testimonials"}.isdisjoint(plan_of(brief, NOTHING))
    assert "team" in plan_of(brief.model_copy(update={"people": (Person(name="B. Baker"),)}), NOTHING)


def test_a_longer_brief_makes_a_longer_page() -> None:
    short, long = plan_of(SHORT, NOTHING), plan_of(Brief(text="A bakery by the harbour. " * 40), NOTHING)
    assert long["section"].expected > short["section"].expected


def test_pages_made_before_tell_how_many_sections_there_will_be() -> None:
    experience = Experience.of(History(sections=(9,) * ENOUGH))
    assert plan_of(SHORT, experience)["section"] == Counts(low=8, expected=8, high=8)
    assert "section" not in plan_of(SHORT, Experience.of(History(sections=(1,) * ENOUGH)))


def test_too_few_steps_are_no_history() -> None:
    samples, usage = usage_of("faq", known(BlockType.FAQ, 77, ENOUGH - 1), SHORT)
    assert samples == 0
    assert usage.low.completion_tokens < usage.expected.completion_tokens < usage.high.completion_tokens


def test_history_tells_the_answer_and_the_brief_the_least_prompt() -> None:
    samples, usage = usage_of("faq", known(BlockType.FAQ, 77), SHORT)
    assert samples == ENOUGH
    assert usage.expected.completion_tokens == 77
    _, long = usage_of("faq", known(BlockType.FAQ, 77), Brief(text="Bread and buns. " * 1_000))
    assert long.expected.prompt_tokens > usage.expected.prompt_tokens + 3_000
    assert usage.low.prompt_tokens == 10


def test_prompts_of_the_history_stand_unless_the_brief_alone_is_longer() -> None:
    _, usage = usage_of("faq", known(BlockType.FAQ, 77, prompt=900), SHORT)
    assert (usage.low.prompt_tokens, usage.expected.prompt_tokens, usage.high.prompt_tokens) == (900, 900, 900)


def test_a_type_never_written_is_like_any_section_and_an_outline_is_not() -> None:
    experience = known(BlockType.FAQ, 77)
    assert usage_of("gallery", experience, SHORT)[0] == ENOUGH
    assert usage_of("section", experience, SHORT)[1].expected.completion_tokens == 77
    assert usage_of("outline", experience, SHORT)[0] == 0

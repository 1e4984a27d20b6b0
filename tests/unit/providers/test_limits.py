"""Token limits: enough for what a section has to repeat, and bounded."""

import pytest

from domain.blocks import BlockType
from domain.brief import Brief, Quote
from domain.task import OutlineTask
from providers.limits import max_tokens
from tests.unit.providers.conftest import SectionTaskMaker

LARGEST = 17_500


def test_an_outline_has_a_limit(brief: Brief) -> None:
    assert 0 < max_tokens(OutlineTask(brief=brief, language="en")) < LARGEST


@pytest.mark.parametrize("block", list(BlockType))
def test_each_block_has_a_limit(block: BlockType, section_task: SectionTaskMaker) -> None:
    assert 500 < max_tokens(section_task(block)) < LARGEST


def test_quotes_that_must_be_repeated_fit(section_task: SectionTaskMaker) -> None:
    quotes = tuple(Quote(text="言" * 700, author=f"Author {number}") for number in range(8))

    limit = max_tokens(section_task(BlockType.TESTIMONIALS, Brief(text="Words.", quotes=quotes)))

    assert 8 * 700 < limit < LARGEST


def test_a_block_that_repeats_nothing_does_not_grow(brief: Brief, section_task: SectionTaskMaker) -> None:
    bare = Brief(text="Words.")

    assert max_tokens(section_task(BlockType.HERO, bare)) == max_tokens(section_task(BlockType.HERO, brief))
    assert max_tokens(section_task(BlockType.TEAM, bare)) < max_tokens(section_task(BlockType.TEAM, brief))

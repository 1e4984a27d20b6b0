"""What a step may take of any model, from sizes alone: for estimates where there is no history yet."""

import json
from functools import cache
from typing import Final

from domain.blocks import BlockType
from domain.brief import Brief
from domain.call import Usage
from domain.estimate import UsageRange
from providers.guidance import OUTLINE, guidance_for
from providers.limits import own_tokens
from providers.rules import RULES
from providers.schemas import schema_of

BYTES_A_TOKEN: Final = 4
"""Of UTF-8: an English token is about four letters, an ideograph about one token of three bytes."""
_TASK_BYTES: Final = 500
"""The task itself and the tags around the data."""
_OUTLINE_BYTES: Final = 2_500
"""The outline that every section is shown: about 300 bytes a section and its SEO fields."""
_LOW: Final = 0.15
_EXPECTED: Final = 0.4
"""Shares of the longest answer allowed; the high end is all of it."""


def expected_usage(block: BlockType | None, brief: Brief) -> UsageRange:
    """Return what writing one section of a type may take; None is the outline.

    The prompt is the size of what is sent, a token for four bytes; the answer 15, 40 and 100 percent of the longest
    one allowed. One request a step: an unusable answer or a failure costs another one.
    """
    prompt = (_standing_bytes(block) + _bytes_of(brief)) // BYTES_A_TOKEN
    longest = own_tokens(block, brief)
    return UsageRange(
        low=Usage(prompt_tokens=prompt, completion_tokens=round(longest * _LOW)),
        expected=Usage(prompt_tokens=prompt, completion_tokens=round(longest * _EXPECTED)),
        high=Usage(prompt_tokens=prompt, completion_tokens=longest),
    )


def expected_usage_of_any(brief: Brief) -> UsageRange:
    """Return what writing a section of a type nobody knows yet may take: the mean over all types."""
    ranges = [expected_usage(block, brief) for block in BlockType]
    return UsageRange(
        low=_mean([one.low for one in ranges]),
        expected=_mean([one.expected for one in ranges]),
        high=_mean([one.high for one in ranges]),
    )


def brief_tokens(brief: Brief) -> int:
    """Return what a brief alone takes of a prompt."""
    return _bytes_of(brief) // BYTES_A_TOKEN


def _bytes_of(brief: Brief) -> int:
    return len(brief.model_dump_json(exclude_defaults=True).encode())


@cache
def _standing_bytes(block: BlockType | None) -> int:
    """Return the size of a prompt without its brief."""
    guidance = OUTLINE if block is None else guidance_for(block)
    schema = json.dumps(schema_of(block).schema)
    outline = 0 if block is None else _OUTLINE_BYTES
    return len(f"{RULES}{guidance}{schema}".encode()) + outline + _TASK_BYTES


def _mean(usages: list[Usage]) -> Usage:
    return Usage(
        prompt_tokens=sum(usage.prompt_tokens for usage in usages) // len(usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages) // len(usages),
    )

"""Estimates: what a brief will cost before anything is asked, as a range and with what it is based on."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Self

from domain.blocks import BlockType
from domain.call import Usage
from domain.model import Document
from domain.money import NanoUsd
from domain.route import ModelName

OUTLINE_KIND: Final = "outline"
SECTION_KIND: Final = "section"
"""A section whose type nobody knows yet."""

_LOW: Final = 0.1
_MIDDLE: Final = 0.5
_HIGH: Final = 0.9


class Basis(StrEnum):
    """What an estimate stands on."""

    HISTORY = "history"
    """The tenant's own calls to the same model for the same kind of step."""
    HEURISTIC = "heuristic"
    """The size of the brief and the limits of each block type."""
    MIXED = "mixed"
    """History for some kinds of steps only."""


class Counts(Document):
    """How many there may be."""

    low: int
    expected: int
    high: int


class UsageRange(Document):
    """What one step may take of a model."""

    low: Usage
    expected: Usage
    high: Usage


class CostRange(Document):
    """What something may cost, in nano-USD."""

    low: NanoUsd
    expected: NanoUsd
    high: NanoUsd

    def __add__(self, other: Self) -> "CostRange":
        """Return what both may cost."""
        return CostRange(
            low=NanoUsd(self.low + other.low),
            expected=NanoUsd(self.expected + other.expected),
            high=NanoUsd(self.high + other.high),
        )

    def times(self, counts: Counts) -> "CostRange":
        """Return what so many of it may cost."""
        return CostRange(
            low=NanoUsd(self.low * counts.low),
            expected=NanoUsd(self.expected * counts.expected),
            high=NanoUsd(self.high * counts.high),
        )


class StepSample(Document):
    """What one step that a model finished took, all its requests together. `block_type` is None for an outline."""

    block_type: BlockType | None
    usage: Usage


class History(Document):
    """A tenant's newest finished steps on one model, and the section counts of its newest pages on it."""

    samples: tuple[StepSample, ...] = ()
    sections: tuple[int, ...] = ()


class StepEstimate(Document):
    """What steps of one kind may take: `outline`, a block type, or `section` where the type is not known yet.

    `usage` is one step's; `cost` is that of all of them, None without a price.
    """

    kind: str
    counts: Counts
    basis: Basis
    samples: int
    """Finished steps the history holds of this kind; 0 for a heuristic."""
    usage: UsageRange
    cost: CostRange | None


class Estimate(Document):
    """What a job may cost on the first model of its route, as it was kept with the job. `cost` is None without a price.

    `high` is that of the dearest model of the route.
    """

    model: ModelName
    basis: Basis
    samples: int
    cost: CostRange | None


def basis_of(steps: Sequence[StepEstimate]) -> Basis:
    """Return what an estimate made of `steps` stands on."""
    bases = {step.basis for step in steps}
    return bases.pop() if len(bases) == 1 else Basis.MIXED


def spread(samples: Sequence[StepSample]) -> UsageRange:
    """Return the tenth, the fiftieth and the ninetieth percentile of what steps took. Raises ValueError for none.

    The high end counts no token as read from a cache: whether one is, is the vendor's.
    """
    prompts, completions, cached = (
        sorted(counts)
        for counts in zip(
            *(
                (sample.usage.prompt_tokens, sample.usage.completion_tokens, sample.usage.cached_tokens)
                for sample in samples
            ),
            strict=True,
        )
    )
    return UsageRange(
        low=_usage(percentile(prompts, _LOW), percentile(completions, _LOW), percentile(cached, _HIGH)),
        expected=_usage(percentile(prompts, _MIDDLE), percentile(completions, _MIDDLE), percentile(cached, _MIDDLE)),
        high=_usage(percentile(prompts, _HIGH), percentile(completions, _HIGH), 0),
    )


def counts_of(numbers: Sequence[int]) -> Counts:
    """Return the tenth, the fiftieth and the ninetieth percentile of some numbers. Raises ValueError for none."""
    ordered = sorted(numbers)
    return Counts(low=percentile(ordered, _LOW), expected=percentile(ordered, _MIDDLE), high=percentile(ordered, _HIGH))


def percentile(ordered: Sequence[int], share: float) -> int:
    """Return the number below or at which a share of `ordered` lies (nearest rank). Raises ValueError for none."""
    if not ordered:
        message = "there is no percentile of nothing"
        raise ValueError(message)
    rank = -int(-share * len(ordered) // 1)
    return ordered[max(rank, 1) - 1]


def _usage(prompt: int, completion: int, cached: int) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=completion, cached_tokens=min(cached, prompt))

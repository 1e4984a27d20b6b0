import pytest

from domain.call import Usage
from domain.estimate import CostRange, Counts, StepSample, counts_of, percentile, spread
from domain.money import NanoUsd


def sample(prompt: int, completion: int, cached: int = 0) -> StepSample:
    usage = Usage(prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached)
    return StepSample(block_type=None, usage=usage)


@pytest.mark.parametrize(
    ("numbers", "share", "found"),
    [
        ([7], 0.1, 7),
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        (list(range(1, 11)), 0.9, 9),
        (list(range(1, 101)), 0.1, 10),
        (list(range(1, 101)), 0.9, 90),
    ],
)
def test_percentiles_are_numbers_there_were(numbers: list[int], share: float, found: int) -> None:
    assert percentile(numbers, share) == found


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_the_order_of_samples_does_not_matter() -> None:
    samples = [sample(1_000 + number, 100 * number) for number in (9, 1, 5, 3, 7, 2, 10, 4, 8, 6)]
    found = spread(samples)
    assert (found.low.completion_tokens, found.expected.completion_tokens, found.high.completion_tokens) == (
        100,
        500,
        900,
    )
    assert found.low.prompt_tokens <= found.expected.prompt_tokens <= found.high.prompt_tokens


def test_the_high_end_counts_on_no_cache_and_no_prompt_is_cached_more_than_whole() -> None:
    found = spread([sample(10, 1, 0), sample(2_000, 1, 1_900), sample(2_000, 1, 1_900)])
    assert found.high.cached_tokens == 0
    assert found.low.cached_tokens == found.low.prompt_tokens == 10
    assert found.expected.cached_tokens == 1_900


def test_costs_add_up_and_multiply_at_each_end() -> None:
    one = CostRange(low=NanoUsd(1), expected=NanoUsd(2), high=NanoUsd(3))
    several = one.times(Counts(low=0, expected=2, high=5))
    assert several == CostRange(low=NanoUsd(0), expected=NanoUsd(4), high=NanoUsd(15))
    assert one + several == CostRange(low=NanoUsd(1), expected=NanoUsd(6), high=NanoUsd(18))


def test_pages_are_counted_like_tokens() -> None:
    assert counts_of([6, 3, 5, 4, 8]) == Counts(low=3, expected=5, high=8)

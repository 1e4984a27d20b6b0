"""What a retry of a failed round needs to end better, and the commands that give it. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cli.client.answers import DeadLetter, Job
from cli.screen.table import Cell
from domain.dead_letter import RetryNeed, retry_need
from domain.errors import ErrorType

_ONCE_MENDED: Final = {
    ErrorType.AUTH_ERROR: "Once the vendor's key is mended",
    ErrorType.MODEL_ERROR: "Once the vendor takes such requests",
    ErrorType.VALIDATION_ERROR: "To ask the same model once more",
}
_FORCED: Final = "Once the cause is mended"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What has to be otherwise. `need` is the API's word, None for nothing; `cap` in USD is enough, None unknown."""

    need: str | None
    error_type: str = ""
    cap: Decimal | None = None


def remedy_of(letter: DeadLetter) -> Remedy:
    """Return what a retry of a dead letter needs, as the API says."""
    need = None if letter.can_retry else letter.retry_needs or RetryNeed.OTHER_ROUTE
    return Remedy(need, letter.error_type or "", letter.retry_cap_usd)


def remedy_for(job: Job) -> Remedy:
    """Return what a retry of a failed job needs, as far as the job itself tells."""
    return Remedy(retry_need(job.error_type or "", job.error_message), job.error_type or "")


def in_short(remedy: Remedy) -> Cell:
    """Return what a retry needs in a word or two."""
    if remedy.need is None:
        return Cell("✓ as it is", "good")
    return Cell(_SHORT.get(remedy.need, remedy.need), "held")


def in_words(remedy: Remedy) -> str:
    """Return whether a retry can succeed, with what."""
    return "yes" if remedy.need is None else _WORDS.get(remedy.need, _WORDS[RetryNeed.OTHER_ROUTE])


def commands(remedy: Remedy, retry: str) -> tuple[str, ...]:
    """Return the ways to retry, the likeliest first; `retry` is the command without its options."""
    if remedy.need is None:
        return (f"Retry it with: {retry}",)
    if remedy.need == RetryNeed.HIGHER_CAP:
        return (f"Retry it with a higher cap: {retry} --max-cost {_amount(remedy.cap)}",)
    if remedy.need == RetryNeed.NEXT_DAY:
        return (f"From midnight UTC on, retry it with: {retry} --force",)
    once = _ONCE_MENDED.get(ErrorType(remedy.error_type), _FORCED) if remedy.error_type in set(ErrorType) else _FORCED
    return (f"Retry it with another model: {retry} --model PROVIDER:MODEL", f"{once}: {retry} --force")


def _amount(cap: Decimal | None) -> str:
    return "USD" if cap is None else f"{cap:f}"


_SHORT: Final[dict[str, str]] = {
    RetryNeed.HIGHER_CAP: "higher cap",
    RetryNeed.NEXT_DAY: "next day",
    RetryNeed.OTHER_ROUTE: "other model",
}
_WORDS: Final[dict[str, str]] = {
    RetryNeed.HIGHER_CAP: "with a higher cap: --max-cost",
    RetryNeed.NEXT_DAY: "from midnight UTC on, when the day's cap begins anew: --force",
    RetryNeed.OTHER_ROUTE: "with another model: --model; or --force, once what was wrong is mended",
}

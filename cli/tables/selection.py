"""What a filter over dead letters means: which are in it, which are left out, and what the others need. Pure."""

from cli.client.batch_answers import Selection
from cli.formats import clean, count, money
from cli.screen.table import Cell, Fields
from domain.dead_letter import RetryNeed


def fields(total: Selection, *, retries: bool) -> Fields:
    """Return what a filter means, and for retries what they would cost."""
    cost = (("Retries cost", _cost(total)),) if retries and total.count else ()
    return Fields(
        (
            ("Dead letters", count(total.count)),
            ("Can be retried as they are", count(total.can_retry)),
            *((kind, count(number)) for kind, number in total.by_error_type.items()),
            ("Spent on them", money(total.spent_usd)),
            *cost,
            *(("Left out", Cell(line, "held")) for line in left_out(total)),
        )
    )


def left_out(total: Selection) -> tuple[str, ...]:
    """Return why dead letters that were meant are not taken, and what takes them."""
    needs = tuple(f"{count(number)}: {_NEEDS.get(need, clean(need))}" for need, number in total.skipped.items())
    missing = ", ".join(map(clean, total.not_found))
    return (*needs, f"{count(len(total.not_found))}: not there, or closed: {missing}") if missing else needs


def _cost(total: Selection) -> str:
    """Return what is known of the cost; of a part of it, that it is a part."""
    if total.without_estimate >= total.count:
        return "unknown"
    if total.without_estimate:
        return f"at least {money(total.retry_estimate_usd)}, and {count(total.without_estimate)} of unknown cost"
    return f"up to {money(total.retry_estimate_usd)}"


_NEEDS: dict[str, str] = {
    RetryNeed.HIGHER_CAP: "need a higher cap (--max-cost USD), or --force",
    RetryNeed.NEXT_DAY: "wait for midnight UTC, when the day's cap begins anew (--force)",
    RetryNeed.OTHER_ROUTE: "need another model (--model PROVIDER:MODEL), or --force once what was wrong is mended",
}

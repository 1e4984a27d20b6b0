"""The open dead letters in numbers: tables for a terminal, a line a field for what reads them."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from cli.client.answers import LetterStatistics
from cli.formats import clean, count, money
from cli.screen.render import print_fields, print_table
from cli.screen.table import Column, Fields, Table


def show(found: LetterStatistics) -> None:
    """Print the numbers for somebody who looks at them."""
    print_fields(totals(found))
    for title, counts in (
        ("Error", found.by_error_type),
        ("Provider", found.by_provider),
        ("Model", found.by_model),
        ("Day (UTC)", found.by_date),
    ):
        print_table(_by(title, counts))


def totals(found: LetterStatistics) -> Fields:
    """Return what the open dead letters come to together."""
    unknown = f", and {count(found.unknown_estimates)} of unknown cost" if found.unknown_estimates else ""
    return Fields(
        (
            ("Open dead letters", count(found.total)),
            ("May succeed as they are", count(found.retryable)),
            ("Spent so far", money(found.spent_usd)),
            ("Retrying them costs up to", f"{money(found.retry_estimate_usd)}{unknown}"),
        )
    )


def lines(answer: JsonValue) -> Iterator[str]:
    """Return each field of the API's answer as a line of its own, so that one can be searched for by name."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield f"{name}: {json.dumps(value)}"


def _by(title: str, counts: Mapping[str, int]) -> Table:
    rows = tuple((clean(name), count(number)) for name, number in counts.items())
    return Table(
        (Column(title), Column("Dead letters", right=True)), rows, title=f"\nBy {title[0].lower()}{title[1:]}", empty=""
    )

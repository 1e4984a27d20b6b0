"""Series that are exposed as 0 before anything was counted.

A counter that appears with its first event hides that event from `rate` and `increase`.
"""

from collections.abc import Iterator

import telemetry
from activities.counting import FAILED, RENDER, SCHEMA, SUCCEEDED, SUCCESS
from domain.blocks import BlockType
from domain.call import CallStatus
from domain.checks.names import CheckName
from domain.job import JobKind
from domain.metric import Series
from domain.route import provider_of
from providers.catalogue import Catalogue
from rendering.checks import PAGE_CHECKS


def known_series(catalogue: Catalogue) -> Iterator[Series]:
    """Return every series of counters and histograms that an installation with these models can have."""
    yield from _of_rounds()
    for model in catalogue.names():
        yield from _of_model({"provider": provider_of(model), "model": model})
    for type_ in BlockType:
        for outcome in (SUCCEEDED, FAILED):
            yield telemetry.SECTIONS.of(type=type_.value, outcome=outcome)
    for check in {SCHEMA, RENDER, *map(str, CheckName), *PAGE_CHECKS}:
        yield telemetry.CHECKS_FAILED.of(check=check)


def _of_rounds() -> Iterator[Series]:
    yield telemetry.JOBS.of(provider=telemetry.NONE, model=telemetry.NONE, status=FAILED)
    for kind in JobKind:
        yield telemetry.PAGE_DURATION.of(kind=kind.value)


def _of_model(model: dict[str, str]) -> Iterator[Series]:
    for status in (SUCCESS, FAILED):
        yield telemetry.JOBS.of(**model, status=status)
    for type_ in ("prompt", "completion"):
        yield telemetry.TOKENS.of(**model, type=type_)
    for outcome in CallStatus:
        if outcome is not CallStatus.OPEN:
            yield telemetry.CALLS.of(**model, outcome=outcome.value)
    for metric in (
        telemetry.JOB_DURATION,
        telemetry.JOB_RETRIES,
        telemetry.CACHED_TOKENS,
        telemetry.CALL_DURATION,
        telemetry.COST,
        telemetry.UNPRICED_CALLS,
    ):
        yield metric.of(**model)

"""What Prometheus is told beside each process's own metrics: what the database has counted, and what is so now.

Every API process answers the same. While the database or Temporal is away, what it would tell is left out.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

import telemetry
from api.actions.gauges import Reading, of_database, of_temporal
from api.actions.known_series import known_series
from api.services import Services
from domain.metric import Counter, Histogram
from storage.counter import Parts, buckets_of, value_of

_WITHIN: Final = timedelta(seconds=6)
"""Prometheus waits for ten seconds, and a connection that has gone silent takes two more to be given up."""

Totals = Mapping[str, Mapping[tuple[str, ...], Parts]]

log = structlog.get_logger()


async def installation_metrics(services: Services) -> bytes:
    """Return what the whole installation has counted and what is so now, in Prometheus' text format."""
    stored, temporal = await asyncio.gather(_of_database(services), of_temporal(services))
    registry = CollectorRegistry()
    registry.register(_Snapshot([*stored, *_gauges(temporal)]))
    return generate_latest(registry)


class _Snapshot(Collector):
    """Metrics that were collected already: whoever collects here must not wait."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    @override
    def collect(self) -> Iterable[Family]:
        return self._families


async def _of_database(services: Services) -> list[Family]:
    try:
        async with asyncio.timeout(_WITHIN.total_seconds()), services.database.read() as uow:
            totals = await uow.counters.totals()
            return [*_counted(_with_zeros(totals, services)), *_gauges(await of_database(services, uow))]
    except (SQLAlchemyError, OSError) as error:  # a timeout is one of these
        log.warning("metrics without the database", reason=type(error).__name__)
        return []


def _with_zeros(totals: Totals, services: Services) -> Totals:
    """Return what was counted, with every series that may be counted from 0 on."""
    whole: dict[str, dict[tuple[str, ...], Parts]] = {}
    for series in known_series(services.catalogue):
        whole.setdefault(series.metric.name, {})[series.values] = {}
    for name, series in totals.items():
        whole.setdefault(name, {}).update(series)
    return whole


def _counted(totals: Totals) -> list[Family]:
    families: list[Family] = []
    for metric in telemetry.metrics():
        series = totals.get(metric.name, {})
        # What an earlier release counted under other labels is no series of today's metric.
        fitting = {values: parts for values, parts in series.items() if len(values) == len(metric.labels)}
        match metric:
            case Counter() if fitting:
                families.append(_counter(metric, fitting))
            case Histogram() if fitting:
                families.append(_histogram(metric, fitting))
            case _:
                pass
    return families


def _counter(metric: Counter, series: Mapping[tuple[str, ...], Parts]) -> Family:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for values, parts in sorted(series.items()):
        family.add_metric(values, value_of(metric, parts))
    return family


def _histogram(metric: Histogram, series: Mapping[tuple[str, ...], Parts]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    for values, parts in sorted(series.items()):
        buckets, total = buckets_of(metric, parts)
        family.add_metric(values, [(_spelled(bound), count) for bound, count in buckets], total)
    return family


def _gauges(readings: Iterable[Reading]) -> Iterable[Family]:
    """Return gauges, the readings of each together: Prometheus takes a metric in one piece only."""
    families: dict[str, GaugeMetricFamily] = {}
    for series, value in readings:
        metric = series.metric
        family = families.get(metric.name) or GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
        families[metric.name] = family
        family.add_metric(series.values, value)
    return families.values()


def _spelled(bound: float) -> str:
    return "+Inf" if bound == float("inf") else repr(float(bound))

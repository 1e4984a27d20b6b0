"""What we promise over 30 days: how much of what may fail is left, and how fast it goes."""

from typing import Final

import telemetry
from ops.grafana.panels import Gauge, Limit, Lines, Panel, Query
from ops.grafana.promql import STORED, percent

_PROMISED_OVER: Final = "30d"


def _left(title: str, description: str, bad: str, every: str, may_fail: float) -> Gauge:
    share = percent(bad, every)
    return Gauge(
        title=title,
        description=f"{description} Of 30 days, or of as many as Prometheus keeps. Below 0 the promise is broken.",
        unit="percent",
        queries=(Query(f"100 - {share} / {may_fail}", "left"),),
        limits=(Limit(None, 25, "orange", is_floor=True), Limit(None, 0, "red", is_floor=True)),
        decimals=0,
        empty="nothing ended",
        width=5,
    )


def _burn_rate(title: str, of: str, may_fail: float, fast: str, slow: str) -> Lines:
    return Lines(
        title=title,
        description="How many times faster than 30 days allow: at 1 the budget lasts 30 days, at 14.4 two days. Alerts "
        "look at a long window and a short one.",
        unit="suffix: x",
        queries=tuple(
            Query(f"slo:{of}:ratio_rate{window} / {may_fail}", f"over {window}")
            for window in ("5m", "1h", "6h", "1d", "3d")
        ),
        limits=(Limit(slow, 1), Limit(fast, 14.4, "red")),
        decimals=1,
        width=7,
    )


_PAGES: Final = f"{telemetry.PAGE_DURATION.name}_count"
_IN_TIME: Final = STORED.increase(f"{telemetry.PAGE_DURATION.name}_bucket", where='le="60.0"', window=_PROMISED_OVER)
_ALL_PAGES: Final = STORED.increase(_PAGES, window=_PROMISED_OVER)

SLOS: Final[tuple[Panel, ...]] = (
    _left(
        "Rounds: Error Budget Left",
        "Promised: 99 of 100 rounds succeed.",
        STORED.increase(telemetry.JOBS, where='status="failed"', window=_PROMISED_OVER),
        STORED.increase(telemetry.JOBS, window=_PROMISED_OVER),
        0.01,
    ),
    _burn_rate(
        "Rounds: Burn Rate", "rounds_failed", 0.01, fast="JobSuccessBurningFast", slow="JobSuccessBurningSlowly"
    ),
    _left(
        "Pages: Error Budget Left",
        "Promised: 95 of 100 pages are there within 60 s.",
        f"({_ALL_PAGES} - {_IN_TIME})",
        _ALL_PAGES,
        0.05,
    ),
    _burn_rate("Pages: Burn Rate", "pages_late", 0.05, fast="PagesOnTimeBurningFast", slow="PagesOnTimeBurningSlowly"),
)

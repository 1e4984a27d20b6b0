"""The API as its clients meet it, and whether we keep what we promise."""

from typing import Final

import telemetry
from ops.grafana.board import Board, Row
from ops.grafana.panels import Limit, Lines, Query, Stat, States
from ops.grafana.promql import OWN, STORED, or_zero, percent
from ops.grafana.slo import SLOS

_OF_USERS: Final = 'route!~"/metrics|/healthz|/readyz|/api/health"'
"""What probes and Prometheus ask for says nothing of users."""
_ERROR: Final = f'status=~"5..", {_OF_USERS}'
_PYTHON: Final = 'job=~"api|worker"'

_READY: Final = States(
    title="Ready",
    description="The parts that work needs, as /readyz says.",
    unit="short",
    queries=(Query(f"min by (part) ({STORED.select(telemetry.READY)})", "{{part}}"),),
    runbooks=("NotReady",),
    states={0: ("missing", "red"), 1: ("ready", "green")},
    empty="the API does not answer",
    width=6,
    height=8,
)
_TARGETS: Final = States(
    title="Targets",
    description="What Prometheus asks for metrics, and whether it answers.",
    unit="short",
    queries=(Query("min by (job, instance) (up)", "{{job}} {{instance}}"),),
    runbooks=("TargetDown",),
    states={0: ("down", "red"), 1: ("up", "green")},
    width=6,
    height=8,
)
_ERRORS: Final = Lines(
    title="Failing Requests",
    description="Of all requests, those answered with 5xx.",
    unit="percent",
    queries=(
        Query(
            percent('sum (api:requests:increase5m{status=~"5.."})', "sum (api:requests:increase5m)"),
            "5xx",
        ),
    ),
    limits=(Limit("ApiErrors", 1), Limit("ApiErrorsSevere", 5, "red")),
    colours={"5xx": "red"},
    width=6,
    height=8,
)
_DURATION: Final = Lines(
    title="Request Duration",
    description="To the end of the answer; to its beginning where that is a stream of events.",
    unit="s",
    queries=tuple(
        Query(OWN.quantile(share, telemetry.HTTP_DURATION, where=_OF_USERS), legend)
        for share, legend in ((0.5, "P50"), (0.95, "P95"), (0.99, "P99"))
    ),
    limits=(Limit("ApiSlow", 0.3),),
    colours={"P50": "green", "P95": "orange", "P99": "red"},
    width=6,
    height=8,
)
_RATE: Final = Lines(
    title="Request Rate",
    description="Requests answered, by the status of the answer.",
    unit="reqps",
    queries=(Query(OWN.rate(telemetry.HTTP_REQUESTS, "status", where=_OF_USERS), "{{status}}"),),
    is_stacked=True,
)
_ROUTES: Final = Lines(
    title="Busiest Routes",
    description="The ten routes with most requests.",
    unit="reqps",
    queries=(
        Query(
            f"topk(10, {OWN.rate(telemetry.HTTP_REQUESTS, 'method', 'route', where=_OF_USERS)})", "{{method}} {{route}}"
        ),
    ),
)
_FAILING_ROUTES: Final = Lines(
    title="Failing Routes",
    description="Answers with 5xx, a second, by route.",
    unit="reqps",
    queries=(
        Query(
            or_zero(OWN.rate(telemetry.HTTP_REQUESTS, "method", "route", where=_ERROR), "route"),
            "{{method}} {{route}}",
        ),
    ),
    runbooks=("ApiErrors",),
)
_SLOW_ROUTES: Final = Lines(
    title="Slowest Routes",
    description="P95 of the ten slowest routes.",
    unit="s",
    queries=(
        Query(
            f"topk(10, {OWN.quantile(0.95, telemetry.HTTP_DURATION, 'method', 'route', where=_OF_USERS)})",
            "{{method}} {{route}}",
        ),
    ),
    limits=(Limit("ApiSlow", 0.3),),
)
_STREAMS: Final = Lines(
    title="SSE Clients",
    description="Streams of events that are open, by API process.",
    unit="short",
    queries=(Query(OWN.now(telemetry.SSE_CLIENTS, "instance"), "{{instance}}"),),
    is_stacked=True,
    decimals=0,
)
_POOL: Final = Lines(
    title="Database Connections",
    description="Connections of the API and of workers. None idle for long means that requests wait for one.",
    unit="short",
    queries=(Query(OWN.now(telemetry.POOL, "job", "state"), "{{job}} {{state}}"),),
    runbooks=("ApiSlow",),
    is_stacked=True,
    decimals=0,
)
_PAGE_DURATION: Final = Lines(
    title="Page Duration",
    description="From the start of a round to its stored version, without pauses. 95 of 100 are promised within 60 s.",
    unit="s",
    queries=tuple(
        Query(STORED.quantile(share, telemetry.PAGE_DURATION, "kind"), f"{legend} {{{{kind}}}}")
        for share, legend in ((0.5, "P50"), (0.95, "P95"))
    ),
    runbooks=("PagesOnTimeBurningFast", "PagesOnTimeBurningSlowly"),
    step="1m",
    width=24,
)
_CPU: Final = Lines(
    title="CPU",
    description="Cores that each process uses. A Python process has the use of one.",
    unit="suffix: cores",
    queries=(Query(OWN.rate("process_cpu_seconds_total", "job", "instance", where=_PYTHON), "{{job}} {{instance}}"),),
    width=9,
)
_MEMORY: Final = Lines(
    title="Memory",
    description="What each process holds. A line that only rises is a leak.",
    unit="bytes",
    queries=(
        Query(OWN.now("process_resident_memory_bytes", "job", "instance", where=_PYTHON), "{{job}} {{instance}}"),
    ),
    width=9,
)
_AUDIT_LOST: Final = Stat(
    title="Audit Records Lost",
    description="Changes of the time shown that have no audit record; the log has them.",
    unit="short",
    queries=(Query(or_zero(OWN.increase(telemetry.AUDIT_RECORDS_LOST, window="$__range")), "lost"),),
    limits=(Limit("AuditRecordsLost", 1),),
    decimals=0,
    width=6,
)

API: Final = Board(
    uid="pagewright-api",
    title="AI Page Builder - API and SLOs",
    description="The API as its clients meet it, and whether we keep what we promise.",
    rows=(
        Row("", (_READY, _TARGETS, _ERRORS, _DURATION)),
        Row("Promises: 99 % of rounds succeed, 95 % of pages within 60 s", SLOS),
        Row("", (_PAGE_DURATION,)),
        Row("Requests", (_RATE, _ROUTES, _SLOW_ROUTES, _FAILING_ROUTES, _STREAMS, _POOL)),
        Row("Processes", (_CPU, _MEMORY, _AUDIT_LOST)),
    ),
    shows="3h",
    has_models=False,
)

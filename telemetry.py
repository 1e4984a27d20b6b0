"""Every metric under our names, once: what it is called, what it says, in which unit, by which labels.

A label `model` is the catalogue's name, `provider:model`. `none` stands where there is no model or provider.
Temporal's SDK and server expose their own metrics beside these.
"""

from collections.abc import Callable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client import Counter as ProcessCounter
from prometheus_client import Gauge as ProcessGauge
from prometheus_client import Histogram as ProcessHistogram

from domain.metric import NANO_USD, Counter, Gauge, Histogram, Metric, Unit

NONE: Final = "none"
"""Label of what no model did."""

_OF_MODEL: Final = ("provider", "model")

# Counted in the transaction of the row that says it happened; every API process exposes the same numbers.

JOBS: Final = Counter("ai_jobs_total", "Rounds of jobs that ended, by success or failed", (*_OF_MODEL, "status"))
JOB_DURATION: Final = Histogram(
    "ai_jobs_processing_duration_seconds",
    "Seconds a step took on one model, with its tries and the waits between them; without queue and pause",
    _OF_MODEL,
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300),
)
JOB_RETRIES: Final = Counter("ai_jobs_retry_total", "Tries of a step on a model after the first one", _OF_MODEL)
TOKENS: Final = Counter("ai_llm_tokens_total", "Tokens as vendors counted them", (*_OF_MODEL, "type"))
CACHED_TOKENS: Final = Counter("ai_llm_cached_tokens_total", "Prompt tokens that vendors read from a cache", _OF_MODEL)
CALLS: Final = Counter(
    "ai_llm_calls_total", "Requests to models that ended, by what became of them", (*_OF_MODEL, "outcome")
)
CALL_DURATION: Final = Histogram(
    "ai_llm_call_duration_seconds",
    "Seconds a request to a model took",
    _OF_MODEL,
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120),
)
COST: Final = Counter(
    "ai_llm_cost_usd_total",
    "USD that requests cost by the price of their time",
    _OF_MODEL,
    scale=NANO_USD,
    unit=Unit.USD,
)
UNPRICED_CALLS: Final = Counter(
    "ai_llm_unpriced_calls_total", "Requests with tokens and without a known price", _OF_MODEL
)
CHECKS_FAILED: Final = Counter(
    "ai_page_checks_failed_total", "Checks that an answer or a page did not pass", ("check",)
)
SECTIONS: Final = Counter("ai_sections_total", "Sections that were written or given up", ("type", "outcome"))
PAGE_DURATION: Final = Histogram(
    "page_duration_seconds",
    "Seconds from the start of a job's round to its stored version, without pauses",
    ("kind",),
    buckets=(1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800),
)

# Looked up when they are asked for; every API process exposes the same numbers.

VALIDATION_PASS_RATE: Final = Gauge(
    "ai_jobs_validation_pass_rate",
    "Percent of models' answers that passed every check, of the last 15 minutes",
    unit=Unit.PERCENT,
)
QUEUE_SIZE: Final = Gauge("ai_queue_size", "Jobs by status", ("status",))
CALLS_OPEN: Final = Gauge("ai_llm_calls_open", "Requests to models in flight", ("provider",))
DEAD_LETTERS: Final = Gauge("ai_dead_letters", "Open dead letters", ("error_type",))
DAILY_COST: Final = Gauge(
    "ai_daily_cost_usd", "USD of the UTC day, with what requests in flight may cost", unit=Unit.USD
)
DAILY_COST_LIMIT: Final = Gauge("ai_daily_cost_limit_usd", "USD that a UTC day may cost", unit=Unit.USD)
TENANT_DAILY_COST: Final = Gauge(
    "ai_tenant_daily_cost_usd",
    "USD of the UTC day, of the twenty dearest tenants; `*` is all others, `*probes` the probes",
    ("tenant",),
    unit=Unit.USD,
)
PROVIDER_UP: Final = Gauge(
    "provider_up", "Whether the newest probe of a provider got its answer", ("provider",), unit=Unit.TRUTH
)
PROVIDER_PROBED: Final = Gauge(
    "provider_probe_timestamp_seconds",
    "When a provider was probed last, in seconds since 1970",
    ("provider",),
    unit=Unit.SECONDS,
)
BACKLOG: Final = Gauge("task_queue_backlog", "Tasks of a queue that wait for a worker", ("queue",))
LAG: Final = Gauge(
    "task_queue_lag_seconds", "Seconds the oldest task of a queue has waited", ("queue",), unit=Unit.SECONDS
)
POLLERS: Final = Gauge("task_queue_pollers", "Workers that asked a queue for tasks in the last 90 s", ("queue",))
QUEUE_PAUSED: Final = Gauge("task_queue_paused", "Whether an operator holds a queue back", ("queue",), unit=Unit.TRUTH)
READY: Final = Gauge("ready", "Whether a part that work needs is there, as /readyz says", ("part",), unit=Unit.TRUTH)

# Each process's own.

HTTP_REQUESTS: Final = Counter("http_requests_total", "Requests answered", ("method", "route", "status"))
HTTP_DURATION: Final = Histogram(
    "http_request_duration_seconds",
    "Seconds from a request to the end of its answer; to its beginning where that is a stream of events",
    ("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
)
SSE_CLIENTS: Final = Gauge("sse_clients", "Streams of events that are open")
POOL: Final = Gauge("db_connection_pool", "Connections to the database, by in_use and idle", ("state",))
AUDIT_RECORDS_LOST: Final = Counter(
    "audit_records_lost_total", "Changes made through the API without an audit record: see the log"
)


def metrics() -> tuple[Metric, ...]:
    """Return every metric under our names."""
    return tuple(value for value in globals().values() if isinstance(value, Metric))


def new_registry() -> CollectorRegistry:
    """Return what a process tells about itself: memory, CPU, open files, garbage, version.

    One registry a process; nothing is registered globally.
    """
    # The library's own addition: a series more for each of a counter, that says when this process first counted it.
    disable_created_metrics()
    registry = CollectorRegistry(auto_describe=True)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def process_counter(metric: Counter, registry: CollectorRegistry) -> ProcessCounter:
    """Return a process's own count of a metric."""
    return ProcessCounter(metric.name.removesuffix("_total"), metric.help, metric.labels, registry=registry)


def process_gauge(metric: Gauge, registry: CollectorRegistry) -> ProcessGauge:
    """Return a process's own gauge of a metric."""
    return ProcessGauge(metric.name, metric.help, metric.labels, registry=registry)


def process_histogram(metric: Histogram, registry: CollectorRegistry) -> ProcessHistogram:
    """Return a process's own observations of a metric."""
    return ProcessHistogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)


def watch_pool(registry: CollectorRegistry, *, in_use: Callable[[], int], idle: Callable[[], int]) -> None:
    """Let a process tell of its connections to the database."""
    gauge = process_gauge(POOL, registry)
    gauge.labels("in_use").set_function(in_use)
    gauge.labels("idle").set_function(idle)

"""The dashboard to look at first: whether pages are being made, and what holds them up."""

from dataclasses import replace
from typing import Final

import telemetry
from ops.grafana.board import Board, Row
from ops.grafana.links import task_queue, workflows
from ops.grafana.money import BUDGET, COST_BY_HOUR
from ops.grafana.panels import Bars, Colour, Gauge, Limit, Lines, Query, States
from ops.grafana.promql import STORED, or_zero, percent
from ops.grafana.temporal import POLLERS
from ops.grafana.variables import OF_MODEL, OF_PROVIDER, OF_QUEUE

_STEP: Final = "1m"
"""Rounds end minutes apart: rates over one minute would be holes and spikes."""
_ALERT_WINDOW: Final = "5m"
"""What the alerts on failing rounds look at."""
_FAILED: Final = workflows("Failed workflows", "ExecutionStatus = 'Failed'")
_HELD: Final = workflows("Dead letters", "WorkflowType = 'DeadLetterWorkflow' AND ExecutionStatus = 'Running'")

JOB_RATE: Final = Lines(
    title="AI Job Rate",
    description="Rounds of jobs that ended, a second. Cancelled ones are not counted.",
    unit="suffix: jobs/s",
    queries=(Query(STORED.rate(telemetry.JOBS, "status", where=OF_MODEL), "{{status}}"),),
    runbooks=("NoAIJobsProcessed",),
    links=(_FAILED,),
    colours={"success": "green", "failed": "red"},
    is_stacked=True,
    step=_STEP,
    width=7,
    height=6,
)
SUCCESS_RATE: Final = Gauge(
    title="Success Rate",
    description="Of the rounds that ended in the last 5 minutes, those that stored a page: what its alerts look at.",
    unit="percent",
    queries=(
        Query(
            percent(
                STORED.rate(telemetry.JOBS, where=f'status="success", {OF_MODEL}', window=_ALERT_WINDOW),
                STORED.rate(telemetry.JOBS, where=OF_MODEL, window=_ALERT_WINDOW),
            ),
            "success",
        ),
    ),
    limits=(
        Limit("HighAIJobFailureRate", 90, "orange", is_floor=True),
        Limit("CriticalAIJobFailureRate", 75, "red", is_floor=True),
    ),
    decimals=1,
    empty="no rounds",
    width=4,
    height=6,
)
PROCESSING_TIME: Final = Lines(
    title="Processing Time Percentiles",
    description="A step on one model with its tries and the waits between them; without queue, pause and review.",
    unit="s",
    queries=tuple(
        Query(STORED.quantile(share, telemetry.JOB_DURATION, where=OF_MODEL), legend)
        for share, legend in ((0.5, "P50"), (0.95, "P95"), (0.99, "P99"))
    ),
    limits=(Limit("SlowAIJobProcessing", 15),),
    colours={"P50": "green", "P95": "orange", "P99": "red"},
    step=_STEP,
    width=7,
    height=6,
)
QUEUE_STATUS: Final = Lines(
    title="Queue Status",
    description="Open jobs. Waiting: nothing was asked yet; delayed: all that is left waits for another try.",
    unit="short",
    queries=(
        Query(STORED.now(telemetry.QUEUE_SIZE, "status", where='status=~"waiting|active|delayed"'), "{{status}}"),
    ),
    limits=(Limit("AIQueueCongestion", 100), Limit("AIQueueSeverelyCongested", 500, "red")),
    colours={"waiting": "orange", "active": "blue", "delayed": "purple"},
    decimals=0,
    width=6,
    height=6,
)
JOBS_BY_PROVIDER: Final = Lines(
    title="Jobs by Provider",
    description="Rounds that ended, by the provider of the outline, or of the step that failed.",
    unit="suffix: jobs/s",
    queries=(Query(STORED.rate(telemetry.JOBS, "provider", where=OF_MODEL), "{{provider}}"),),
    runbooks=("ProviderFailures",),
    is_stacked=True,
    step=_STEP,
    width=7,
    height=6,
)
VALIDATION_PASS_RATE: Final = Gauge(
    title="Validation Pass Rate",
    description="Models' answers of the last 15 minutes that passed every check; of all providers.",
    unit="percent",
    queries=(Query(STORED.now(telemetry.VALIDATION_PASS_RATE), "passed"),),
    limits=(Limit("LowValidationPassRate", 80, "orange", is_floor=True),),
    decimals=1,
    empty="no answers",
    width=4,
    height=6,
)
TOKEN_USAGE_RATE: Final = Lines(
    title="Token Usage Rate",
    description="Tokens as vendors count them, at the rate of the moment told for an hour.",
    unit="suffix: tokens/h",
    queries=(Query(f"3600 * {STORED.rate(telemetry.TOKENS, 'type', where=OF_MODEL)}", "{{type}}"),),
    limits=(Limit("HighTokenUsage", 1_000_000, "yellow"),),
    is_stacked=True,
    decimals=0,
    step=_STEP,
    width=7,
    height=6,
)
RETRY_RATE: Final = Lines(
    title="Retry Rate",
    description="Tries of a step on a model after the first one, a second.",
    unit="suffix: retries/s",
    queries=(
        Query(or_zero(STORED.rate(telemetry.JOB_RETRIES, "provider", where=OF_MODEL), "provider"), "{{provider}}"),
    ),
    limits=(Limit("HighAIJobRetryRate", 1),),
    is_stacked=True,
    step=_STEP,
    width=6,
    height=6,
)

_SEVERITIES: Final[tuple[tuple[str, Colour], ...]] = (
    ("none", "green"),
    ("info", "yellow"),
    ("warning", "orange"),
    ("critical", "red"),
)
ALERTS: Final = States(
    title="Alerts",
    description="Alerts that fire, the worst first. Watchdog always does: without it, alerts reach nobody.",
    unit="short",
    queries=(
        Query(
            " or ".join(
                f'{number} * max by (alertname) (ALERTS{{alertstate="firing", severity="{severity}"}})'
                for number, (severity, _) in reversed([*enumerate(_SEVERITIES)])
            ),
            "{{alertname}}",
        ),
    ),
    runbooks=("Watchdog",),
    states=dict(enumerate(_SEVERITIES)),
    empty="no Watchdog: alerts do not work",
    width=10,
)
DEAD_LETTERS: Final = Bars(
    title="Dead Letters by Error Type",
    description="Failed rounds that are held for somebody to retry or discard.",
    unit="short",
    queries=(Query(f"sort_desc({STORED.now(telemetry.DEAD_LETTERS, 'error_type')})", "{{error_type}}"),),
    runbooks=("DeadLettersGrowing",),
    links=(_HELD,),
    decimals=0,
    width=7,
)
PROVIDER_UP: Final = States(
    title="Provider Up",
    description="Whether the newest probe of a provider got its answer. Probes are off until PAGEWRIGHT_PROBE_EVERY "
    "says how often.",
    unit="short",
    queries=(Query(STORED.now(telemetry.PROVIDER_UP, "provider", where=OF_PROVIDER), "{{provider}}"),),
    runbooks=("ProviderDown",),
    states={0: ("down", "red"), 1: ("up", "green")},
    empty="probes are off",
    width=7,
)

BACKLOG: Final = Lines(
    title="Backlog",
    description="Tasks of a queue that wait for a worker. A paused queue holds its own on purpose.",
    unit="short",
    queries=(Query(STORED.now(telemetry.BACKLOG, "queue", where=OF_QUEUE), "{{queue}}"),),
    runbooks=("AIQueueCongestion",),
    links=(task_queue("Workers of pages", "pages"),),
    decimals=0,
)
LAG: Final = Lines(
    title="Lag",
    description="How long the oldest task of a queue has waited.",
    unit="s",
    queries=(Query(STORED.now(telemetry.LAG, "queue", where=OF_QUEUE), "{{queue}}"),),
    limits=(Limit("TaskQueueBacklogTooOld", 300),),
)
PAUSED: Final = States(
    title="Paused",
    description="Whether an operator holds a queue back; `pagewright queue list` says who and why.",
    unit="short",
    queries=(Query(STORED.now(telemetry.QUEUE_PAUSED, "queue", where=OF_QUEUE), "{{queue}}"),),
    states={0: ("running", "green"), 1: ("paused", "orange")},
)
CALLS_OPEN: Final = Lines(
    title="Calls Open",
    description="Requests to models in flight.",
    unit="short",
    queries=(Query(STORED.now(telemetry.CALLS_OPEN, "provider", where=OF_PROVIDER), "{{provider}}"),),
    is_stacked=True,
    decimals=0,
    width=12,
)

CALL_OUTCOMES: Final = Lines(
    title="Calls by Outcome",
    description="Requests to models that ended. Invalid: the answer did not pass its checks; lost: nobody knows.",
    unit="suffix: calls/s",
    queries=(Query(STORED.rate(telemetry.CALLS, "outcome", where=OF_MODEL), "{{outcome}}"),),
    colours={"succeeded": "green", "invalid": "yellow", "failed": "red", "cancelled": "blue", "lost": "purple"},
    is_stacked=True,
    step=_STEP,
)
PROVIDER_FAILURES: Final = Lines(
    title="Failing Calls by Provider",
    description="Of the requests to a provider that it could have answered, those that failed.",
    unit="percent",
    queries=(
        Query(
            percent(
                STORED.rate(telemetry.CALLS, "provider", where=f'outcome="failed", {OF_MODEL}'),
                STORED.rate(telemetry.CALLS, "provider", where=f'outcome=~"succeeded|invalid|failed", {OF_MODEL}'),
            ),
            "{{provider}}",
        ),
    ),
    limits=(Limit("ProviderFailures", 25),),
    maximum=100,
    step=_STEP,
)
CALL_DURATION: Final = Lines(
    title="Call Duration P95 by Model",
    description="One request to a model, without tries and waits: what the vendor takes.",
    unit="s",
    queries=(Query(STORED.quantile(0.95, telemetry.CALL_DURATION, "model", where=OF_MODEL), "{{model}}"),),
    runbooks=("SlowAIJobProcessing",),
    step=_STEP,
)
DEAD_LETTERS_OVER_TIME: Final = Lines(
    title="Dead Letters over Time",
    description="Open dead letters. A rise says when it began, a fall that somebody is at it.",
    unit="short",
    queries=(Query(STORED.now(telemetry.DEAD_LETTERS, "error_type"), "{{error_type}}"),),
    runbooks=("DeadLettersGrowing",),
    links=(_HELD,),
    is_stacked=True,
    decimals=0,
)
FAILED_CHECKS: Final = Lines(
    title="Failed Checks",
    description="The ten checks that models' answers or pages failed most, by the hour.",
    unit="short",
    queries=(
        Query(
            f"topk(10, {or_zero(STORED.increase(telemetry.CHECKS_FAILED, 'check', window='1h'), 'check')})", "{{check}}"
        ),
    ),
    runbooks=("LowValidationPassRate",),
    is_stacked=True,
    is_bars=True,
    decimals=0,
    step="1h",
)
SECTIONS: Final = Bars(
    title="Sections by Type",
    description="Sections that were written or given up in the time shown.",
    unit="short",
    queries=(
        Query(
            f"sort_desc({STORED.increase(telemetry.SECTIONS, 'type', 'outcome', window='$__range')} > 0)",
            "{{type}} {{outcome}}",
        ),
    ),
    decimals=0,
    empty="no sections",
)

OPERATIONS: Final = Board(
    uid="pagewright-operations",
    title="AI Page Builder - Operations Dashboard",
    description="Whether pages are being made, and what holds them up.",
    rows=(
        Row("", (JOB_RATE, SUCCESS_RATE, PROCESSING_TIME, QUEUE_STATUS)),
        Row("", (JOBS_BY_PROVIDER, VALIDATION_PASS_RATE, TOKEN_USAGE_RATE, RETRY_RATE)),
        Row("Needs somebody", (ALERTS, DEAD_LETTERS, PROVIDER_UP)),
        Row("Queues by provider", (BACKLOG, LAG, PAUSED, replace(POLLERS, width=12), CALLS_OPEN)),
        Row("What fails", (CALL_OUTCOMES, PROVIDER_FAILURES, CALL_DURATION)),
        Row("", (DEAD_LETTERS_OVER_TIME, FAILED_CHECKS, SECTIONS)),
        Row("Money", (COST_BY_HOUR, BUDGET)),
    ),
)

"""Temporal: whether workers keep up, whether workflows' code is sound, and how its server does."""

from typing import Final

import telemetry
from ops.grafana.board import Board, Row
from ops.grafana.links import task_queue, workflows
from ops.grafana.panels import Limit, Lines, Query
from ops.grafana.promql import SDK, SERVER, STORED, or_zero, percent

_RUNNING: Final = workflows("Running workflows", "ExecutionStatus = 'Running'")
_FAILED: Final = workflows("Failed workflows", "ExecutionStatus = 'Failed'")
_WORKERS: Final = task_queue("Workers of pages", "pages")

_ANSWERED_AT_ONCE: Final = 'operation!~".*Poll.*|GetWorkflowExecutionHistory|GetTaskQueueUserData"'
"""The others wait on purpose, and say nothing of how fast the server is."""
_IS_NO_ERROR: Final = 'error_type!~"serviceerror_(NotFound|StickyWorkerUnavailable|Canceled)"'
"""These are how the server works."""
_IS_NON_DETERMINISM: Final = 'failure_reason="NonDeterminismError"'
_IS_NO_NON_DETERMINISM: Final = 'failure_reason!="NonDeterminismError"'

POLLERS: Final = Lines(
    title="Pollers",
    description="Workers that asked a queue for tasks in the last 90 seconds. At 0 nothing of it is done.",
    unit="short",
    queries=(Query(STORED.now(telemetry.POLLERS, "queue"), "{{queue}}"),),
    limits=(Limit("NoTaskQueuePollers", 1, "red", is_floor=True),),
    links=(_WORKERS,),
    decimals=0,
)
_SCHEDULE_TO_START: Final = Lines(
    title="Schedule-to-Start P95",
    description="How long tasks wait for a worker that has room. It rises before backlogs do: start more workers.",
    unit="s",
    queries=(
        Query(
            SDK.quantile(0.95, "temporal_workflow_task_schedule_to_start_latency_seconds", "task_queue"),
            "{{task_queue}} workflow tasks",
        ),
        Query(
            SDK.quantile(0.95, "temporal_activity_schedule_to_start_latency_seconds", "task_queue"),
            "{{task_queue}} activities",
        ),
    ),
    limits=(Limit("ScheduleToStartTooHigh", 5),),
)
_USED: Final = SDK.now("temporal_worker_task_slots_used", "task_queue", "worker_type")
_FREE: Final = SDK.now("temporal_worker_task_slots_available", "task_queue", "worker_type")
_SLOTS: Final = Lines(
    title="Task Slots Used",
    description="Of what the workers of a queue may do at once, how much they do.",
    unit="percent",
    queries=(Query(percent(_USED, f"({_USED} + {_FREE})"), "{{task_queue}} {{worker_type}}"),),
    limits=(Limit("TaskSlotsUsedUp", 95),),
    maximum=100,
)
_TASK_FAILURES: Final = Lines(
    title="Workflow Task Failures",
    description="Of the last 30 minutes: our workflow code fails, and is tried again for ever.",
    unit="short",
    queries=(
        Query(
            or_zero(
                "sum by (workflow_type, failure_reason) "
                f"(temporal:workflow_task_failures:increase30m{{{_IS_NO_NON_DETERMINISM}}})",
                "failure_reason",
            ),
            "{{workflow_type}} {{failure_reason}}",
        ),
    ),
    limits=(Limit("WorkflowTaskFailures", 2),),
    runbooks=("TemporalPayloadTooLarge",),
    links=(_RUNNING,),
    decimals=0,
    width=6,
)
_NON_DETERMINISM: Final = Lines(
    title="Non-Determinism",
    description="Workflow tasks of the last 30 minutes that could not be replayed: the code was changed under runs "
    "that are open, and these stand still.",
    unit="short",
    queries=(
        Query(
            or_zero(
                f"sum by (workflow_type) (temporal:workflow_task_failures:increase30m{{{_IS_NON_DETERMINISM}}})",
                "workflow_type",
            ),
            "{{workflow_type}}",
        ),
    ),
    limits=(Limit("WorkflowNonDeterminism", 1, "red"),),
    links=(_RUNNING,),
    decimals=0,
    width=6,
)
_LAG: Final = Lines(
    title="Oldest Task",
    description="How long the oldest task of a queue has waited. A paused queue holds its own on purpose.",
    unit="s",
    queries=(Query(STORED.now(telemetry.LAG, "queue"), "{{queue}}"),),
    limits=(Limit("TaskQueueBacklogTooOld", 300),),
    width=6,
)
_EXHAUSTED: Final = Lines(
    title="Refused for Load",
    description="Requests that the server refused with RESOURCE_EXHAUSTED, by which of its limits they met.",
    unit="reqps",
    queries=(
        Query(
            or_zero(
                SERVER.rate("service_errors_resource_exhausted", "operation", "resource_exhausted_cause"),
                "resource_exhausted_cause",
            ),
            "{{operation}} {{resource_exhausted_cause}}",
        ),
    ),
    limits=(Limit("TemporalResourceExhausted", 0.1),),
    width=6,
)

_ACTIVITY_TIME: Final = Lines(
    title="Activity Duration P95",
    description="One attempt of an activity on a worker, by its type.",
    unit="s",
    queries=(
        Query(SDK.quantile(0.95, "temporal_activity_execution_latency_seconds", "activity_type"), "{{activity_type}}"),
    ),
    step="1m",
)
_ACTIVITY_FAILURES: Final = Lines(
    title="Activity Failures",
    description="Attempts that failed. Temporal tries again, so a few say little; what is given up is a dead letter.",
    unit="suffix: failures/s",
    queries=(
        Query(
            or_zero(
                SDK.rate("temporal_activity_execution_failed_total", "activity_type", "failure_reason"),
                "failure_reason",
            ),
            "{{activity_type}} {{failure_reason}}",
        ),
    ),
    runbooks=("TemporalPayloadTooLarge",),
    step="1m",
)
_WORKFLOWS: Final = Lines(
    title="Workflows Ended",
    description="Runs of workflows that ended, a second, by type.",
    unit="suffix: runs/s",
    queries=tuple(
        Query(
            or_zero(SDK.rate(f"temporal_workflow_{outcome}_total", "workflow_type"), "workflow_type"),
            f"{{{{workflow_type}}}} {outcome}",
        )
        for outcome in ("completed", "failed", "canceled")
    ),
    links=(_FAILED,),
    is_stacked=True,
    step="1m",
)
_TASK_TIME: Final = Lines(
    title="Workflow Task Duration P95",
    description="How long workflow code runs for one task, and how long replaying its history takes. At 2 s a task is "
    "taken for a deadlock.",
    unit="s",
    queries=(
        Query(
            SDK.quantile(0.95, "temporal_workflow_task_execution_latency_seconds", "workflow_type"),
            "{{workflow_type}} run",
        ),
        Query(
            SDK.quantile(0.95, "temporal_workflow_task_replay_latency_seconds", "workflow_type"),
            "{{workflow_type}} replay",
        ),
    ),
)
_CACHE: Final = Lines(
    title="Sticky Cache",
    description="Workflow tasks that met their workflow in a worker's memory, those that replayed its history, and "
    "workflows put out of memory for want of room.",
    unit="suffix: /s",
    queries=(
        Query(or_zero(SDK.rate("temporal_sticky_cache_hit_total")), "hits"),
        Query(or_zero(SDK.rate("temporal_sticky_cache_miss_total")), "misses"),
        Query(or_zero(SDK.rate("temporal_sticky_cache_total_forced_eviction_total")), "evictions"),
    ),
    colours={"hits": "green", "misses": "orange", "evictions": "red"},
)
_CACHED: Final = Lines(
    title="Workflows in Memory",
    description="Workflows that workers hold in their sticky caches.",
    unit="short",
    queries=(Query(SDK.now("temporal_sticky_cache_size", "instance"), "{{instance}}"),),
    is_stacked=True,
    decimals=0,
)

_REQUEST_TIME: Final = Lines(
    title="Requests to the Server P95",
    description="How long workers wait for the server's answer, by operation; polls left out.",
    unit="s",
    queries=(Query(SDK.quantile(0.95, "temporal_request_latency_seconds", "operation"), "{{operation}}"),),
    runbooks=("TemporalPersistenceSlow",),
)
_REQUEST_FAILURES: Final = Lines(
    title="Failed Requests to the Server",
    description="As workers see them, polls included. NOT_FOUND is usual: what a late answer was for has ended.",
    unit="reqps",
    queries=(
        Query(
            or_zero(
                " or ".join(
                    SDK.rate(f"temporal_{request}_failure_total", "operation", "status_code")
                    for request in ("request", "long_request")
                ),
                "status_code",
            ),
            "{{operation}} {{status_code}}",
        ),
    ),
    runbooks=("TemporalResourceExhausted",),
)
_SDK_POLLERS: Final = Lines(
    title="Polls in Flight",
    description="Requests for tasks that workers hold open, by queue and kind of task.",
    unit="short",
    queries=(Query(SDK.now("temporal_num_pollers", "task_queue", "poller_type"), "{{task_queue}} {{poller_type}}"),),
    runbooks=("NoTaskQueuePollers",),
    is_stacked=True,
    decimals=0,
)

_PERSISTENCE_TIME: Final = Lines(
    title="Persistence P95",
    description="How long the server's database takes, of the ten slowest operations. All else waits for it.",
    unit="s",
    queries=(Query(f"topk(10, {SERVER.quantile(0.95, 'persistence_latency', 'operation')})", "{{operation}}"),),
    limits=(Limit("TemporalPersistenceSlow", 0.5),),
)
_SERVICE_TIME: Final = Lines(
    title="Service P95",
    description="How long the server takes to answer, of the ten slowest operations; polls left out.",
    unit="s",
    queries=(
        Query(
            f"topk(10, {SERVER.quantile(0.95, 'service_latency', 'operation', where=_ANSWERED_AT_ONCE)})",
            "{{operation}}",
        ),
    ),
)
_SERVICE_REQUESTS: Final = Lines(
    title="Service Requests",
    description="Requests to each part of the server.",
    unit="reqps",
    queries=(Query(SERVER.rate("service_requests", "service_name"), "{{service_name}}"),),
    is_stacked=True,
)
_SERVICE_ERRORS: Final = Lines(
    title="Service Errors",
    description="Without those that are how the server works: not found, sticky worker gone, cancelled poll.",
    unit="reqps",
    queries=(
        Query(
            or_zero(
                SERVER.rate("service_error_with_type", "service_name", "error_type", where=_IS_NO_ERROR), "error_type"
            ),
            "{{service_name}} {{error_type}}",
        ),
    ),
)
_PERSISTENCE_ERRORS: Final = Lines(
    title="Persistence Errors",
    description="Errors of the server's database, but for what it did not find.",
    unit="reqps",
    queries=(
        Query(
            or_zero(
                SERVER.rate("persistence_error_with_type", "operation", "error_type", where=_IS_NO_ERROR), "error_type"
            ),
            "{{operation}} {{error_type}}",
        ),
    ),
    runbooks=("TemporalPersistenceSlow",),
)
_BACKLOG: Final = Lines(
    title="Backlog as the Server Counts",
    description="Tasks that wait, by queue and kind. The server writes queues with `_` for `-`.",
    unit="short",
    queries=(
        Query(
            SERVER.now("approximate_backlog_count", "taskqueue", "task_type", where='namespace!="temporal_system"'),
            "{{taskqueue}} {{task_type}}",
        ),
    ),
    runbooks=("TaskQueueBacklogTooOld",),
    decimals=0,
)
_SCHEDULES: Final = Lines(
    title="Schedule Runs",
    description="Runs that schedules started in an hour, and those they left out: the server was away, or too many.",
    unit="short",
    queries=tuple(
        Query(or_zero(SERVER.increase(metric, window="1h")), legend)
        for metric, legend in (
            ("schedule_action_success", "started"),
            ("schedule_action_errors", "not started"),
            ("schedule_missed_catchup_window", "missed"),
            ("schedule_buffer_overruns", "dropped"),
            ("schedule_rate_limited", "held back"),
        )
    ),
    runbooks=("TemporalScheduleMissed",),
    colours={"started": "green", "not started": "red", "missed": "red", "dropped": "orange", "held back": "yellow"},
    step="5m",
    width=12,
)
_SCHEDULE_DELAY: Final = Lines(
    title="Schedule Delay P95",
    description="How late schedules start what is due.",
    unit="s",
    queries=(Query(SERVER.quantile(0.95, "schedule_action_delay", window="1h"), "delay"),),
    runbooks=("TemporalScheduleMissed",),
    step="5m",
    width=12,
)

TEMPORAL: Final = Board(
    uid="pagewright-temporal",
    title="AI Page Builder - Temporal",
    description="Whether workers keep up, whether workflows' code is sound, and how Temporal's server does.",
    rows=(
        Row("", (POLLERS, _SCHEDULE_TO_START, _SLOTS)),
        Row("", (_TASK_FAILURES, _NON_DETERMINISM, _LAG, _EXHAUSTED)),
        Row("Activities and workflows", (_ACTIVITY_TIME, _ACTIVITY_FAILURES, _WORKFLOWS)),
        Row("", (_TASK_TIME, _CACHE, _CACHED)),
        Row("Between workers and server", (_REQUEST_TIME, _REQUEST_FAILURES, _SDK_POLLERS)),
        Row("Server", (_PERSISTENCE_TIME, _SERVICE_TIME, _SERVICE_REQUESTS)),
        Row("", (_SERVICE_ERRORS, _PERSISTENCE_ERRORS, _BACKLOG)),
        Row("Schedules", (_SCHEDULES, _SCHEDULE_DELAY)),
    ),
    shows="3h",
    has_models=False,
)

"""What models cost: against the budget, by model, tenant and page."""

from typing import Final

import telemetry
from ops.grafana.board import Board, Row
from ops.grafana.panels import Bars, Gauge, Limit, Lines, Query, Stat
from ops.grafana.promql import STORED, or_zero, percent, ratio
from ops.grafana.variables import OF_MODEL

_SHOWN: Final = "$__range"
"""The time that the dashboard shows."""


def _for_each_page(window: str) -> str:
    cost = STORED.increase(telemetry.COST, where=OF_MODEL, window=window)
    return ratio(cost, STORED.increase(telemetry.JOBS, where=f'status="success", {OF_MODEL}', window=window))


BUDGET: Final = Gauge(
    title="Budget Today",
    description="Of what the UTC day may cost, what is spent, with what requests in flight may cost.",
    unit="percent",
    queries=(Query(percent(STORED.now(telemetry.DAILY_COST), STORED.now(telemetry.DAILY_COST_LIMIT)), "spent"),),
    limits=(Limit("DailyBudgetNearlySpent", 80), Limit("DailyBudgetSpent", 100, "red")),
    decimals=0,
    empty="no cap",
    width=6,
)
COST_BY_HOUR: Final = Lines(
    title="Cost by Hour",
    description="The hour before each bar, at its prices. `pagewright usage report` is exact to the last nano-USD.",
    unit="currencyUSD",
    queries=(Query(STORED.increase(telemetry.COST, "provider", where=OF_MODEL, window="1h"), "{{provider}}"),),
    runbooks=("DailyBudgetNearlySpent",),
    is_stacked=True,
    is_bars=True,
    step="1h",
    width=18,
)

_SPENT_TODAY: Final = Lines(
    title="Spent Today",
    description="USD of the UTC day, with what requests in flight may cost, and the cap.",
    unit="currencyUSD",
    queries=(
        Query(STORED.now(telemetry.DAILY_COST), "spent"),
        Query(STORED.now(telemetry.DAILY_COST_LIMIT), "cap"),
    ),
    runbooks=("DailyBudgetNearlySpent", "DailyBudgetSpent"),
    colours={"spent": "blue", "cap": "red"},
    decimals=2,
    width=9,
)
_COST_PER_JOB: Final = Stat(
    title="Cost per Completed Job",
    description="USD of the time shown, failures included, for each round that stored a page in it.",
    unit="currencyUSD",
    queries=(
        Query(
            _for_each_page(_SHOWN),
            "a job",
        ),
    ),
    decimals=4,
    empty="no completed job",
    width=5,
)
_UNPRICED: Final = Stat(
    title="Unpriced Calls",
    description="Requests of the time shown that cost money by a price nobody knows: PAGEWRIGHT_PRICE_OVERRIDES.",
    unit="short",
    queries=(Query(or_zero(STORED.increase(telemetry.UNPRICED_CALLS, where=OF_MODEL, window=_SHOWN)), "calls"),),
    limits=(Limit("UnpricedCalls", 1),),
    decimals=0,
    width=4,
)
_COST_BY_DAY: Final = Lines(
    title="Cost by Day",
    description="What requests cost, the 24 hours before each bar.",
    unit="currencyUSD",
    queries=(Query(STORED.increase(telemetry.COST, "provider", where=OF_MODEL, window="1d"), "{{provider}}"),),
    is_stacked=True,
    is_bars=True,
    step="1d",
    width=12,
)
_COST_BY_MODEL: Final = Bars(
    title="Cost by Model",
    description="USD of the time shown.",
    unit="currencyUSD",
    queries=(
        Query(
            f"sort_desc({STORED.increase(telemetry.COST, 'model', where=OF_MODEL, window=_SHOWN)})",
            "{{model}}",
        ),
    ),
    decimals=2,
    width=12,
)
_SPEND_BY_TENANT: Final = Bars(
    title="Spend by Tenant",
    description="USD of the UTC day, of the twenty dearest tenants; `*` is all others, `*probes` the probes.",
    unit="currencyUSD",
    queries=(Query(f"sort_desc({STORED.now(telemetry.TENANT_DAILY_COST, 'tenant')})", "{{tenant}}"),),
    decimals=2,
    width=12,
    height=10,
)
_JOB_COST_OVER_TIME: Final = Lines(
    title="Cost per Completed Job by Hour",
    description="Of each hour: what was spent, for each round that stored a page. A rise is a dearer model or retries.",
    unit="currencyUSD",
    queries=(
        Query(
            _for_each_page("1h"),
            "a job",
        ),
    ),
    decimals=4,
    step="5m",
    width=12,
    height=10,
)
_TOKENS: Final = Lines(
    title="Tokens by Hour",
    description="Tokens as vendors count them, the hour before each bar.",
    unit="short",
    queries=(Query(STORED.increase(telemetry.TOKENS, "type", where=OF_MODEL, window="1h"), "{{type}}"),),
    runbooks=("HighTokenUsage",),
    is_stacked=True,
    is_bars=True,
    decimals=0,
    step="1h",
)
_TOKENS_BY_MODEL: Final = Lines(
    title="Tokens by Model",
    description="Prompt and completion together, the hour before each bar.",
    unit="short",
    queries=(Query(STORED.increase(telemetry.TOKENS, "model", where=OF_MODEL, window="1h"), "{{model}}"),),
    runbooks=("HighTokenUsage",),
    is_stacked=True,
    is_bars=True,
    decimals=0,
    step="1h",
)
_CACHED_SHARE: Final = Lines(
    title="Cached Share",
    description="Of the prompt tokens of an hour, those that the vendor read from a cache, at a lower price.",
    unit="percent",
    queries=(
        Query(
            percent(
                STORED.increase(telemetry.CACHED_TOKENS, "model", where=OF_MODEL, window="1h"),
                STORED.increase(telemetry.TOKENS, "model", where=f'type="prompt", {OF_MODEL}', window="1h"),
            ),
            "{{model}}",
        ),
    ),
    maximum=100,
    step="5m",
)
_COST_LIMIT: Final = Stat(
    title="Held by a Cap",
    description="Open dead letters of jobs that a cap stopped: the job's own or the day's.",
    unit="short",
    queries=(Query(or_zero(STORED.now(telemetry.DEAD_LETTERS, where='error_type="COST_LIMIT"')), "held"),),
    limits=(Limit(None, 1, "red"),),
    runbooks=("DailyBudgetSpent",),
    decimals=0,
    width=6,
)

MONEY: Final = Board(
    uid="pagewright-money",
    title="AI Page Builder - Money",
    description="What models cost: against the budget, by model, tenant and page.",
    rows=(
        Row("", (BUDGET, _SPENT_TODAY, _COST_PER_JOB, _UNPRICED)),
        Row("Where it goes", (COST_BY_HOUR, _COST_LIMIT)),
        Row("", (_COST_BY_DAY, _COST_BY_MODEL, _SPEND_BY_TENANT, _JOB_COST_OVER_TIME)),
        Row("Tokens", (_TOKENS, _TOKENS_BY_MODEL, _CACHED_SHARE)),
    ),
    shows="24h",
    refresh="1m",
)

"""The list of metrics is what the code declares and what rules and dashboards ask for."""

import re
from typing import Final

import pytest

import telemetry
from ops.metrics.reference import REFERENCE, reference

ROWS: Final = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", reference(), re.MULTILINE))


@pytest.mark.generated
def test_the_list_of_metrics_is_up_to_date() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "write it with: python -m ops.metrics"


def test_every_metric_of_ours_is_listed_with_its_labels_and_what_it_says() -> None:
    for metric in telemetry.metrics():
        assert metric.help in ROWS[metric.name]
        assert all(f"`{label}`" in ROWS[metric.name] for label in metric.labels)


def test_money_time_and_shares_have_units() -> None:
    units = {name: row.split(" | ")[1] for name, row in ROWS.items()}
    expected = {
        "ai_llm_cost_usd_total": "USD",
        "ai_daily_cost_usd": "USD",
        "page_duration_seconds": "s",
        "ai_jobs_validation_pass_rate": "%",
        "provider_up": "0 or 1",
        "ai_jobs_total": "number",
    }
    assert {name: units[name] for name in expected} == expected


def test_names_of_others_say_where_they_are_and_who_asks() -> None:
    assert ROWS["temporal_sticky_cache_size"] == '`worker` | "Workflows in Memory"'
    assert ROWS["persistence_latency"].startswith("`temporal` | [TemporalPersistenceSlow](runbooks/")

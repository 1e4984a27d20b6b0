"""Metrics are declared once, by the field's rules for names, units and labels."""

import re

import pytest
from prometheus_client import CollectorRegistry, generate_latest

import telemetry
from domain.metric import Counter, Histogram, Metric, Unit

NAMES = [metric.name for metric in telemetry.metrics()]
UNBOUNDED = {"job", "job_id", "page", "page_id", "user", "owner", "id", "round", "step"}


def test_each_name_is_declared_once() -> None:
    assert len(NAMES) == len(set(NAMES)) > 25


@pytest.mark.parametrize("metric", telemetry.metrics(), ids=NAMES)
def test_a_name_says_its_type_and_unit(metric: Metric) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
    assert metric.name.endswith("_total") is isinstance(metric, Counter)
    bare = metric.name.removesuffix("_total")
    assert bare.endswith("_seconds") is (metric.unit is Unit.SECONDS)
    assert bare.endswith("_usd") is (metric.unit is Unit.USD)
    assert not isinstance(metric, Histogram) or metric.unit is Unit.SECONDS
    assert metric.help
    assert not metric.help.endswith(".")


@pytest.mark.parametrize("metric", telemetry.metrics(), ids=NAMES)
def test_no_label_grows_with_what_users_do(metric: Metric) -> None:
    assert not UNBOUNDED & set(metric.labels)


def test_the_guides_metrics_have_the_guides_labels() -> None:
    labels = {metric.name: metric.labels for metric in telemetry.metrics()}
    assert labels["ai_jobs_total"] == ("provider", "model", "status")
    assert labels["ai_jobs_processing_duration_seconds"] == ("provider", "model")
    assert labels["ai_jobs_retry_total"] == ("provider", "model")
    assert labels["ai_jobs_validation_pass_rate"] == ()
    assert labels["ai_queue_size"] == ("status",)
    assert labels["ai_llm_tokens_total"] == ("provider", "model", "type")
    assert (telemetry.JOB_DURATION.buckets[0], telemetry.JOB_DURATION.buckets[-1]) == (0.1, 300)


def test_a_process_exposes_nothing_under_our_names_that_is_not_declared() -> None:
    registry = telemetry.new_registry()
    telemetry.process_counter(telemetry.AUDIT_RECORDS_LOST, registry)
    telemetry.process_histogram(telemetry.HTTP_DURATION, registry).labels("GET", "/").observe(1)
    exposed = {line.partition("{")[0].split()[0] for line in _lines(registry)}
    of_ours = {name for name in exposed if not name.startswith(("process_", "python_"))}
    duration = telemetry.HTTP_DURATION.name
    assert of_ours == {
        telemetry.AUDIT_RECORDS_LOST.name,
        *(f"{duration}_{part}" for part in ("bucket", "count", "sum")),
    }


def _lines(registry: CollectorRegistry) -> list[str]:
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]

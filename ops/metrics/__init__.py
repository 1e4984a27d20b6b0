"""The list of all metrics for people: `python -m ops.metrics` writes `docs/metrics.md`."""

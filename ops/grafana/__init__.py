"""Grafana's dashboards: what they show is written here, `python -m ops.grafana` writes what Grafana reads."""

"""The HTTP API: guards, routes, and what they set going; which folder may import which stands in `pyproject.toml`."""

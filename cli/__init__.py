"""The command line: verbs over the API's client; which folder may import which stands in `pyproject.toml`."""

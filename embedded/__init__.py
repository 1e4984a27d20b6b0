"""The embedded stack: Temporal's dev server, a worker and the API as supervised children of one process."""

"""Deterministic orchestration: what happens in which order, and what follows a failure."""

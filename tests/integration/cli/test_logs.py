"""Verbs of the tests run in this process: the logs they set up as a process of their own must not outlive them."""

import logging

import pytest
import structlog

from tests.integration.cli.conftest import Pagewright


def test_a_verb_leaves_the_logs_of_this_process_as_they_were(
    pagewright: Pagewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it printed to is closed when its test has ended: every later line would be a fault of its own."""
    before = logging.getLogger().handlers[:]
    monkeypatch.setenv("PAGEWRIGHT_API_HOST", "192.0.2.1")
    monkeypatch.delenv("PAGEWRIGHT_TOKEN")
    refused = pagewright("api")
    assert (refused.code, refused.out) == (1, "")
    assert logging.getLogger().handlers == before
    assert not structlog.is_configured()

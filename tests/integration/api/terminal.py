"""The command line against an installation, in a thread of this process."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import pytest
import structlog
from typer.testing import CliRunner, Result

from cli.main import assemble
from tests.integration.api.installation import TOKEN, Installation

Pagewright = Callable[..., Awaitable[Result]]


@contextmanager
def at_terminal(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Generator[Pagewright]:
    """Yield a function that runs a verb as the owner, on the machine of an installation.

    The API's log, which is this process's too, is kept out of what the verb prints.
    """
    monkeypatch.setenv("PAGEWRIGHT_URL", str(installation.http.base_url))
    monkeypatch.setenv("PAGEWRIGHT_TOKEN", TOKEN)
    monkeypatch.setenv("PAGEWRIGHT_DATA_DIR", str(installation.settings.data_dir))

    async def run(*arguments: str, stdin: str = "") -> Result:
        app = assemble({arguments[0]})
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, input=stdin)

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield run
    finally:
        structlog.reset_defaults()

"""One world a test: a Temporal server, a database and a vendor of its own, so that tests cannot meet."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.workflows.world import World, making_world


@pytest.fixture
async def world(own_temporal_server: str, tmp_path: Path) -> AsyncGenerator[World]:
    """Return a world whose worker does not run yet."""
    async with making_world(own_temporal_server, tmp_path) as made:
        yield made

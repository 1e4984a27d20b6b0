"""One world a test: a Temporal server, a database and a vendor of its own, so that tests cannot meet."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from providers.catalogue import Catalogue
from settings import Settings, VendorSettings
from storage.database import Database
from storage.schema import upgrade
from tests.vendors.server import FakeVendor
from tests.workflows.world import ANTHROPIC, OPENAI, World


@pytest.fixture
async def world(own_temporal_server: str, tmp_path: Path) -> AsyncGenerator[World]:
    """Return a world whose worker does not run yet."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}")
    await upgrade(database)
    async with FakeVendor() as vendor:
        settings = Settings(
            data_dir=tmp_path,
            models=(OPENAI, ANTHROPIC),
            vendors=VendorSettings(
                openai_api_key=SecretStr("sk-test-openai"),
                openai_base_url=vendor.openai_url,
                anthropic_api_key=SecretStr("sk-test-anthropic"),
                anthropic_base_url=vendor.anthropic_url,
            ),
        )
        catalogue = Catalogue(settings)
        client = await Client.connect(own_temporal_server, data_converter=pydantic_data_converter)
        yield World(client, database, vendor, settings, catalogue)
        await catalogue.aclose()
    await database.close()

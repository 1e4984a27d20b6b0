"""Forecasts of many jobs: reckoned once a shape, and near what each would have been told by itself."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest

from activities.forecast import Forecaster, RouteForecast
from activities.shaped_forecast import REMEMBERED_SECONDS, ShapedForecaster
from domain.blocks import BlockType
from domain.brief import Brief, Quote
from domain.ids import OWNER_TENANT, TenantId
from domain.route import Route
from providers.catalogue import Catalogue
from settings import Settings, VendorSettings
from storage.database import Database
from storage.schema import upgrade

ROUTE: Final = ("openai:gpt-6-luna",)
BRIEF: Final = Brief(text="Harbour Bakery bakes 12 kinds of sourdough bread in Example Bay.")


class Counting(Forecaster):
    """Counts what it is asked."""

    asked = 0

    async def page(self, tenant: TenantId, brief: Brief, route: Route) -> RouteForecast:
        self.asked += 1
        return await super().page(tenant, brief, route)


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncGenerator[Counting]:
    vendors = VendorSettings.model_validate({"OPENAI_API_KEY": "sk-test"})
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'pagewright.db'}")
    await upgrade(database)
    yield Counting(database, Catalogue(Settings(models=ROUTE, vendors=vendors)))
    await database.close()


async def test_a_thousand_like_lines_are_reckoned_once(counting: Counting) -> None:
    shaped = ShapedForecaster(counting)
    lines = [BRIEF.model_copy(update={"text": f"{BRIEF.text} {number}"}) for number in range(1_000)]
    kept = [await shaped.estimate(OWNER_TENANT, line, ROUTE) for line in lines]
    assert counting.asked == 1
    alone = (await counting.page(OWNER_TENANT, lines[-1], ROUTE)).estimate
    assert kept[-1].cost is not None
    assert alone.cost is not None
    assert kept[-1].cost.expected == pytest.approx(alone.cost.expected, rel=0.02)


async def test_what_changes_the_cost_is_another_shape(counting: Counting) -> None:
    shaped = ShapedForecaster(counting)
    longer = BRIEF.model_copy(update={"text": BRIEF.text * 20})
    asking = BRIEF.model_copy(update={"sections": (BlockType.FAQ,)})
    quoting = BRIEF.model_copy(update={"quotes": (Quote(text="Fine bread. " * 80, author="B. Baker"),)})
    for brief in (BRIEF, longer, asking, quoting):
        await shaped.estimate(OWNER_TENANT, brief, ROUTE)
    await shaped.estimate(TenantId("other"), BRIEF, ROUTE)
    assert counting.asked == 5


async def test_after_a_minute_the_history_is_looked_at_again(counting: Counting) -> None:
    now = [0.0]
    shaped = ShapedForecaster(counting, lambda: now[0])
    await shaped.estimate(OWNER_TENANT, BRIEF, ROUTE)
    now[0] = REMEMBERED_SECONDS
    await shaped.estimate(OWNER_TENANT, BRIEF, ROUTE)
    assert counting.asked == 2

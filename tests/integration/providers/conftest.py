"""The vendors' models against the fake vendor, over real HTTP on loopback."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx2
import pytest

from domain.blocks import BlockType
from domain.brief import Brief, Contact, Link, Person, Price, Quote
from domain.outline import Outline, SectionPlan, Seo
from domain.route import ModelName, bare_name, provider_of
from domain.task import OutlineTask, SectionTask
from providers.access import Access
from providers.anthropic import anthropic_model
from providers.google import google_model
from providers.model import ModelRequest
from providers.openai import compatible_model, openai_model
from providers.prices import Prices
from providers.vendor import VendorModel
from providers.wire import http_client
from settings import PriceOverride
from tests.vendors.server import FakeVendor

KEY = "sk-test-0123456789abcdef"

NAMES: dict[str, ModelName] = {
    "openai": "openai:gpt-6-luna",
    "anthropic": "anthropic:claude-haiku-5-5",
    "google": "google:gemini-3.5-flash-lite",
    "openai-compatible": "openai-compatible:llama-local",
}

ModelMaker = Callable[..., VendorModel]


@pytest.fixture
async def vendor() -> AsyncIterator[FakeVendor]:
    async with FakeVendor() as fake:
        yield fake


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with http_client() as client:
        yield client


@pytest.fixture
def unused_port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
def make(vendor: FakeVendor, http: httpx2.AsyncClient) -> ModelMaker:
    def model(
        name: ModelName,
        *,
        seconds: float = 10,
        url: str | None = None,
        prices: dict[ModelName, PriceOverride] | None = None,
    ) -> VendorModel:
        builders = {
            "openai": (openai_model, vendor.openai_url),
            "anthropic": (anthropic_model, vendor.anthropic_url),
            "google": (google_model, vendor.google_url),
            "openai-compatible": (compatible_model, vendor.openai_url),
        }
        build, default_url = builders[provider_of(name)]
        built = build(bare_name(name), Access(url or default_url, KEY), http)
        return VendorModel(name, built, Prices(prices or {}), timedelta(seconds=seconds))

    return model


@pytest.fixture
def brief() -> Brief:
    return Brief(
        text="Harbour Bakery bakes 12 kinds of sourdough bread in Example Bay.",
        name="Harbour Bakery",
        offer="Sourdough bread, baked overnight",
        call_to_action="Order bread",
        links=(Link(label="Order", url="https://order.example.com/"),),
        contact=Contact(phone="+1 555 0100", email="bread@example.com"),
        prices=(Price(item="Country loaf", price="$ 6.50"),),
        quotes=(Quote(text="The crust sings.", author="A. Reader"),),
        people=(Person(name="B. Baker"),),
        avoid=("artisan",),
    )


@pytest.fixture
def outline() -> Outline:
    plans = (
        SectionPlan(type=BlockType.HERO, anchor="top", heading="Bread baked overnight"),
        SectionPlan(type=BlockType.PRICING, anchor="prices", heading="What a loaf costs", purpose="All prices."),
    )
    return Outline(
        title="Harbour Bakery",
        slug="harbour-bakery",
        language="en",
        seo=Seo(title="Harbour Bakery", description="Sourdough bread."),
        sections=plans,
    )


@pytest.fixture
def outline_request(brief: Brief) -> ModelRequest:
    return ModelRequest(OutlineTask(brief=brief, language="en", seed=7), max_tokens=900)


@pytest.fixture
def section_request(brief: Brief, outline: Outline) -> ModelRequest:
    task = SectionTask(brief=brief, language="en", outline=outline, plan=outline.sections[1])
    return ModelRequest(task, max_tokens=900)

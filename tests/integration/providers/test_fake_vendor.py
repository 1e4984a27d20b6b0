"""The fake vendor itself: what later tests take from its ledger has to be true."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from domain.blocks import BlockType, type_of_block
from domain.brief import Brief
from domain.checks import check_outline, check_section
from domain.outline import Outline, SectionPlan
from domain.route import bare_name
from domain.task import OutlineTask, SectionTask
from providers.model import ModelRequest, ModelRequestError
from providers.prompts import prompt_of
from tests.integration.providers.conftest import NAMES, ModelMaker
from tests.vendors.answers import read_prompt, valid_answer
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Outcome, read_ledger
from tests.vendors.server import FakeVendor

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
ROOT = Path(__file__).parents[3]
OPENAI = NAMES["openai"]


@pytest.mark.parametrize("block", list(BlockType))
def test_an_answer_passes_the_checks_of_its_block(block: BlockType, brief: Brief, outline: Outline) -> None:
    plan = SectionPlan(type=block, anchor="here", heading="What is here")
    before = () if block is BlockType.HERO else outline.sections[:1]
    page = outline.model_copy(update={"sections": (*before, plan)})
    task = SectionTask(brief=brief, language="en", outline=page, plan=plan)

    answer = json.loads(valid_answer(read_prompt(prompt_of(task).request)))

    section = type_of_block[block].model_validate({**answer, "anchor": "here"})
    assert [check for check in check_section(section, task) if not check.passed] == []


@pytest.mark.parametrize("sections", [(), (BlockType.STEPS, BlockType.PRICING, BlockType.FAQ, BlockType.CTA)])
def test_an_outline_passes_its_checks(sections: tuple[BlockType, ...], brief: Brief) -> None:
    task = OutlineTask(brief=brief.model_copy(update={"sections": sections}), language="en")

    outline = Outline.model_validate_json(valid_answer(read_prompt(prompt_of(task).request)))

    assert [check for check in check_outline(outline, task) if not check.passed] == []


async def test_acts_are_played_in_order_and_by_model(
    make: ModelMaker, vendor: FakeVendor, section_request: ModelRequest
) -> None:
    vendor.next(bare_name(OPENAI), Act(behaviour=Behaviour.SERVER_ERROR), Act(behaviour=Behaviour.ANSWER))
    vendor.always(bare_name(OPENAI), Act(behaviour=Behaviour.UNAVAILABLE))

    await make(NAMES["google"]).request(section_request)
    for _ in range(3):
        try:
            await make(OPENAI).request(section_request)
        except ModelRequestError:
            continue

    assert [entry.behaviour for entry in vendor.ledger.entries] == [
        Behaviour.ANSWER,
        Behaviour.SERVER_ERROR,
        Behaviour.ANSWER,
        Behaviour.UNAVAILABLE,
    ]


async def test_requests_of_one_page_share_a_hash(
    make: ModelMaker, vendor: FakeVendor, outline_request: ModelRequest, section_request: ModelRequest
) -> None:
    for request in (outline_request, section_request):
        await make(OPENAI).request(request)

    first, second = vendor.ledger.entries
    assert first.prompt == second.prompt
    assert (first.tag, second.tag) == ("outline", "section:prices")


@asynccontextmanager
async def process(port: int, ledger: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    arguments = ("-m", "tests.vendors.server", "--port", str(port), "--ledger", str(ledger), "--latency", "0.01")
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert running.stdout is not None
        assert await running.stdout.readline() == b"ready\n"
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_as_a_process_it_is_scripted_over_http_and_its_ledger_survives_it(
    make: ModelMaker, unused_port: int, tmp_path: Path, section_request: ModelRequest, eventually: Eventually
) -> None:
    ledger, url = tmp_path / "ledger.jsonl", f"http://127.0.0.1:{unused_port}"
    model = make(OPENAI, url=f"{url}/v1")
    async with process(unused_port, ledger) as running, httpx2.AsyncClient() as client:
        script = {"model": bare_name(OPENAI), "next": [{"behaviour": "server_error"}, {}, {"behaviour": "hang"}]}
        await client.post(f"{url}/_script", json=script)
        with pytest.raises(ModelRequestError):
            await model.request(section_request)
        assert (await model.request(section_request)).output
        hanging = asyncio.create_task(model.request(section_request))
        await eventually(lambda: len(read_ledger(ledger)) == 3)
        running.kill()
        with pytest.raises(ModelRequestError):
            await hanging

    assert [(entry.number, entry.behaviour, entry.outcome) for entry in read_ledger(ledger)] == [
        (1, Behaviour.SERVER_ERROR, Outcome.ANSWERED),
        (2, Behaviour.ANSWER, Outcome.ANSWERED),
        (3, Behaviour.HANG, Outcome.OPEN),
    ]


async def test_a_second_run_goes_on_with_the_ledger(
    make: ModelMaker, tmp_path: Path, section_request: ModelRequest
) -> None:
    ledger = tmp_path / "ledger.jsonl"
    for _ in range(2):
        async with FakeVendor(ledger=ledger) as vendor:
            await make(OPENAI, url=vendor.openai_url).request(section_request)

    assert [entry.number for entry in read_ledger(ledger)] == [1, 2]


def test_a_line_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text('{"number": 1, "at"', encoding="utf-8")

    assert read_ledger(ledger) == ()
    assert read_ledger(tmp_path / "none.jsonl") == ()

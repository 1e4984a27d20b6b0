"""What estimates are made of: a tenant's own finished steps on a model, on both databases."""

from datetime import timedelta

from activities.forecast import ENOUGH, Forecaster
from domain.blocks import BlockType
from domain.brief import Brief
from domain.call import CallStatus
from domain.estimate import Basis
from domain.ids import OWNER_TENANT, TenantId
from domain.job import JobStatus
from domain.step import OUTLINE_STEP, section_step
from providers.catalogue import Catalogue
from settings import Settings, VendorSettings
from storage.call import CallRow
from storage.database import Database
from storage.job import JobRow
from storage.row import Row
from storage.step import StepRow
from tests.integration.storage.rows import NOW, call_row, job_row, page_row, store

MODEL = "openai:gpt-6-luna"


def step_row(job: JobRow, step: str, block: BlockType | None) -> StepRow:
    return StepRow(job_id=job.id, round=1, step=step, position=0, block_type=block)


def call(job: JobRow, step: str, tokens: int, *, number: int = 1, status: CallStatus = CallStatus.SUCCEEDED) -> CallRow:
    row = call_row(job, step, try_number=number, at=NOW, status=status)
    row.provider, row.model = "openai", "gpt-6-luna"
    row.prompt_tokens, row.completion_tokens, row.cached_tokens = 10 * tokens, tokens, tokens // 2
    return row


def page_of(tokens: int) -> list[Row]:
    """Return a finished page: an outline that was asked again once, a hero and a text."""
    job = job_row(page_row(), status=JobStatus.COMPLETED)
    job.model, job.provider = MODEL, "openai"
    again = call(job, OUTLINE_STEP, tokens, status=CallStatus.INVALID)
    failed = call(job, section_step(1), 0, number=2, status=CallStatus.FAILED)
    return [
        job,
        step_row(job, OUTLINE_STEP, None),
        step_row(job, section_step(0), BlockType.HERO),
        step_row(job, section_step(1), BlockType.TEXT),
        again,
        call(job, OUTLINE_STEP, tokens, number=2),
        call(job, section_step(0), tokens),
        call(job, section_step(1), tokens),
        failed,
    ]


async def test_a_step_is_a_sample_with_all_its_requests(database: Database) -> None:
    await store(database, *page_of(100))
    async with database.read() as uow:
        history = await uow.step_history.of_model(OWNER_TENANT, MODEL)
        foreign = await uow.step_history.of_model(TenantId("other"), MODEL)
        elsewhere = await uow.step_history.of_model(OWNER_TENANT, "openai:gpt-6")
    found = {sample.block_type: sample.usage for sample in history.samples}
    assert {block: usage.completion_tokens for block, usage in found.items()} == {
        None: 200,
        BlockType.HERO: 100,
        BlockType.TEXT: 100,
    }
    assert (found[None].prompt_tokens, found[None].cached_tokens) == (2_000, 100)
    assert history.sections == (2,)
    assert foreign.samples == elsewhere.samples == foreign.sections == ()


async def test_a_step_that_was_never_finished_is_no_sample(database: Database) -> None:
    job = job_row(page_row(), status=JobStatus.FAILED)
    lost = call(job, OUTLINE_STEP, 50, status=CallStatus.INVALID)
    await store(database, job, step_row(job, OUTLINE_STEP, None), lost)
    async with database.read() as uow:
        history = await uow.step_history.of_model(OWNER_TENANT, MODEL)
    assert history.samples == ()
    assert history.sections == ()


async def test_history_takes_the_place_of_sizes_once_there_is_enough(database: Database) -> None:
    catalogue = Catalogue(
        Settings(models=(MODEL,), vendors=VendorSettings.model_validate({"OPENAI_API_KEY": "sk-test"}))
    )
    brief = Brief(text="A bakery by the harbour.")
    now = [0.0]
    forecaster = Forecaster(database, catalogue, lambda: now[0])
    for _ in range(ENOUGH - 1):
        await store(database, *page_of(400))
    first = await forecaster.page(OWNER_TENANT, brief, (MODEL,))
    kinds = {step.kind: (step.basis, step.samples) for step in first.first.steps}
    assert kinds["outline"] == (Basis.HEURISTIC, 0)
    assert kinds["hero"] == (Basis.HISTORY, 2 * (ENOUGH - 1)), "a hero is like any section until there are enough"
    assert first.estimate.basis is Basis.MIXED

    await store(database, *page_of(400))
    remembered = await forecaster.page(OWNER_TENANT, brief, (MODEL,))
    assert remembered.estimate.basis is Basis.MIXED
    now[0] += timedelta(minutes=2).total_seconds()
    known = await forecaster.page(OWNER_TENANT, brief, (MODEL,))

    assert known.estimate.basis is Basis.HISTORY
    assert known.estimate.samples == 3 * ENOUGH
    steps = {step.kind: step for step in known.first.steps}
    assert set(steps) == {"outline", "hero", "section"}
    assert steps["section"].counts.model_dump() == {"low": 1, "expected": 1, "high": 1}
    assert steps["outline"].usage.expected.completion_tokens == 800
    assert steps["hero"].usage.high.completion_tokens == 400
    assert known.cost is not None
    assert known.cost.low <= known.cost.expected <= known.cost.high

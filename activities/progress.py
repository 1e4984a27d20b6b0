"""Where a step stands, moved along by its calls and told to whoever watches the job."""

from datetime import datetime, timedelta

from pydantic import JsonValue

from activities import counting
from domain.errors import Failure
from domain.event import EventType
from domain.ids import JobId, TenantId
from domain.outline import Outline
from domain.step import OUTLINE_STEP, StepStatus, section_step
from storage.job import JobRow
from storage.step import StepRow
from storage.unit_of_work import UnitOfWork
from workflows.contracts import StepInput

_EVENTS = {
    StepStatus.DONE: EventType.STEP_DONE,
    StepStatus.DELAYED: EventType.STEP_DELAYED,
    StepStatus.FAILED: EventType.STEP_FAILED,
}


async def start_step(uow: UnitOfWork, step: StepInput, try_number: int, now: datetime) -> None:
    """Show that a request of the step goes out."""
    row = await uow.steps.get(step.job_id, step.round, step.step)
    if row is None:
        return
    row.status, row.model, row.try_number = StepStatus.ACTIVE, step.model, try_number
    row.started_at = row.started_at or now


async def finish_step(uow: UnitOfWork, job: JobRow, name: str, result: JsonValue, now: datetime) -> None:
    """Show that the step has its result, once; an outline brings the steps of its sections."""
    row = await uow.steps.get(JobId(job.id), job.round, name)
    if row is None or row.status is StepStatus.DONE:
        return
    row.status, row.finished_at = StepStatus.DONE, now
    row.error_type, row.error_message = None, None
    sections: dict[str, JsonValue] = {}
    if name == OUTLINE_STEP:
        outline = Outline.model_validate(result)
        await uow.steps.put(section_steps(JobId(job.id), job.round, outline))
        sections["sections"] = planned_sections(outline)
    await _tell(uow, job, row, sections, now)


async def delay_step(
    uow: UnitOfWork, job: JobRow, name: str, failure: Failure | None, delay: timedelta, now: datetime
) -> None:
    """Show that the step backs off."""
    row = await uow.steps.get(JobId(job.id), job.round, name)
    if row is None:
        return
    row.status = StepStatus.DELAYED
    await _tell(uow, job, row, {"retryInSeconds": round(delay.total_seconds(), 3)} | _note(row, failure), now)


async def fail_step(uow: UnitOfWork, job: JobRow, name: str, failure: Failure | None, now: datetime) -> None:
    """Show that the step failed for good; said once, however often it is found out."""
    row = await uow.steps.get(JobId(job.id), job.round, name)
    if row is None or row.status is StepStatus.FAILED:
        return
    row.status, row.finished_at = StepStatus.FAILED, now
    if row.block_type is not None:
        counting.count_section(uow, row.block_type.value, counting.FAILED)
    await _tell(uow, job, row, _note(row, failure), now)


def planned_sections(outline: Outline) -> list[JsonValue]:
    """Return what a watcher is told of an outline's sections."""
    return [
        {"step": section_step(index), "type": plan.type, "heading": plan.heading}
        for index, plan in enumerate(outline.sections)
    ]


def section_steps(job: JobId, round_: int, outline: Outline) -> list[StepRow]:
    """Return the rows of the steps that write an outline's sections."""
    return [
        StepRow(
            job_id=job,
            round=round_,
            step=section_step(index),
            position=index + 1,
            block_type=plan.type,
            heading=plan.heading,
        )
        for index, plan in enumerate(outline.sections)
    ]


def _note(row: StepRow, failure: Failure | None) -> dict[str, JsonValue]:
    if failure is None:
        return {}
    row.error_type, row.error_message = failure.type, failure.message
    return {"errorType": failure.type, "message": failure.message}


async def _tell(uow: UnitOfWork, job: JobRow, row: StepRow, extra: dict[str, JsonValue], now: datetime) -> None:
    data: dict[str, JsonValue] = {"round": row.round, "step": row.step, "model": row.model}
    await uow.events.append(JobId(job.id), TenantId(job.tenant), _EVENTS[row.status], now, data | extra)

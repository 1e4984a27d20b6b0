"""A round as the database can tell it: everything a new run needs, with what is stored already."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import JsonValue

from domain.blocks import Section
from domain.ids import JobId, PageId, TenantId, UserId
from domain.outline import Outline
from domain.route import ModelName
from domain.step import OUTLINE_STEP, section_index
from storage.job import JobRow
from storage.unit_of_work import UnitOfWork
from workflows.contracts import PageInput, SectionResult


class ErasedError(LookupError):
    """The job's page was erased: there is nothing to go on from."""


async def stored_round(
    uow: UnitOfWork, job: JobRow, round_: int, request_seconds: Mapping[ModelName, float], deadline: timedelta
) -> PageInput:
    """Return the input of a job's round `round_`, carrying its stored outline and sections. Raises ErasedError."""
    kept = await uow.calls.kept(JobId(job.id))
    return (await round_from(uow, job, request_seconds, deadline, kept)).model_copy(update={"round": round_})


async def round_from(
    uow: UnitOfWork,
    job: JobRow,
    request_seconds: Mapping[ModelName, float],
    deadline: timedelta,
    kept: Mapping[str, JsonValue],
) -> PageInput:
    """Return the input of a job's present round, carrying the kept results of steps. Raises ErasedError."""
    if job.brief is None:
        message = f"the page of {job.id} was erased"
        raise ErasedError(message)
    outline, sections = await _stored(uow, job, kept)
    return PageInput(
        tenant=TenantId(job.tenant),
        owner=UserId(job.owner),
        page_id=PageId(job.page_id),
        job_id=JobId(job.id),
        kind=job.kind,
        round=job.round,
        brief=job.brief,
        language=job.language,
        options=job.options,
        request_seconds=request_seconds,
        deadline=deadline,
        revision=job.revision,
        outline=outline,
        sections=sections,
    )


async def _stored(
    uow: UnitOfWork, job: JobRow, kept: Mapping[str, JsonValue]
) -> tuple[Outline | None, dict[int, Section]]:
    outline = Outline.model_validate(kept[OUTLINE_STEP]) if OUTLINE_STEP in kept else None
    sections: dict[int, Section] = {}
    if job.revision is not None:
        version = await uow.pages.version(TenantId(job.tenant), PageId(job.page_id), job.revision.base_version)
        if version is None:
            message = f"version {job.revision.base_version} of {job.page_id} is not stored"
            raise ErasedError(message)
        outline = version.outline
        sections = {
            index: section for index, section in enumerate(version.document.sections) if index != job.revision.section
        }
    for step, result in kept.items():
        if step != OUTLINE_STEP:
            sections[section_index(step)] = SectionResult.model_validate({"section": result}).section
    return outline, sections

"""/api/pages: pages, their versions, and what is done with them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import HTMLResponse, Response

from api.actions.erasure import erase
from api.actions.export import zipped
from api.actions.publication import publish
from api.actions.receipt import receipt_of, shown
from api.actions.submission import Submission, new_job_id
from api.examples import job as job_examples
from api.examples import page as examples
from api.guards.audit import AuditDep
from api.guards.auth import Caller, CallerDep, needs
from api.guards.idempotency import Answer, OnceDep, Subject
from api.intake.cursor import DEFAULT_LIMIT, NAME, NUMBER, Cursor, Limit, cursor_at, cut, position
from api.problem import conflict, not_found
from api.responses import answered, problems
from api.routes.job import ACCEPTED, accepted
from api.routes.published import page_headers
from api.schemas.envelope import LARGEST_NUMBER, Data
from api.schemas.job import Job
from api.schemas.page import (
    Page,
    PageDetail,
    PageList,
    PublishRequest,
    ReviseRequest,
    Version,
    VersionDetail,
    VersionList,
)
from api.services import Services, ServicesDep
from domain.access import Scope
from domain.ids import JobId, PageId
from storage.page import PageRow, PageVersionRow
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/pages", tags=["pages"])

PageName = Annotated[PageId, Path(description="For example `page_01K3V8Z4M0E9C7B2Q5T1R6W8XY`.")]
VersionNumber = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="The current one without it.")]
OK = HTTPStatus.OK


@router.get(
    "",
    dependencies=[needs(Scope.PAGES_READ)],
    summary="List pages",
    responses={**answered(OK, examples.PAGES), **problems(401, 403, 422)},
)
async def list_pages(
    services: ServicesDep, caller: CallerDep, *, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Data[PageList]:
    """Return pages, newest first."""
    before = position(cursor, NAME)
    async with services.database.read() as uow:
        rows = await uow.pages.newest(caller.tenant, before=None if before is None else PageId(before), limit=limit + 1)
    shown_rows, last = cut(rows, limit)
    pages = tuple(_shown(services, row) for row in shown_rows)
    return Data(data=PageList(pages=pages, next_cursor=None if last is None else cursor_at(last.id, NAME)))


@router.get(
    "/{page}",
    dependencies=[needs(Scope.PAGES_READ)],
    summary="Look at a page",
    responses={**answered(OK, examples.PAGE_DETAIL), **problems(401, 403, 404)},
)
async def get_page(services: ServicesDep, caller: CallerDep, page: PageName) -> Data[PageDetail]:
    """Return a page with the checks of its current version."""
    async with services.database.read() as uow:
        row = await _page(uow, caller, page)
        version = await uow.pages.version(caller.tenant, page, row.current_version or 0)
    checks = () if version is None else version.checks
    return Data(data=PageDetail(**dict(_shown(services, row)), checks=checks))


@router.delete(
    "/{page}",
    dependencies=[needs(Scope.PAGES_WRITE)],
    status_code=HTTPStatus.NO_CONTENT,
    summary="Erase a page",
    responses=problems(401, 403, 404, 409, 503),
)
async def delete_page(services: ServicesDep, caller: CallerDep, audit: AuditDep, page: PageName) -> None:
    """Erase briefs, documents, events and workflow histories. What the page cost stays on the books, without text."""
    await erase(services, caller, page, audit)


@router.get(
    "/{page}/versions",
    dependencies=[needs(Scope.PAGES_READ)],
    summary="List versions",
    responses={**answered(OK, examples.VERSIONS), **problems(401, 403, 404, 422)},
)
async def list_versions(
    services: ServicesDep, caller: CallerDep, page: PageName, *, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Data[VersionList]:
    """Return versions of a page, newest first."""
    before = position(cursor, NUMBER)
    async with services.database.read() as uow:
        await _page(uow, caller, page)
        rows = await uow.pages.versions(caller.tenant, page, before=before, limit=limit + 1)
    shown_rows, last = cut(rows, limit)
    versions = tuple(Version.of(row, services.links.version(row)) for row in shown_rows)
    after = None if last is None else cursor_at(last.number, NUMBER)
    return Data(data=VersionList(versions=versions, next_cursor=after))


@router.get(
    "/{page}/versions/{number}",
    dependencies=[needs(Scope.PAGES_READ)],
    summary="Look at a version",
    responses={**answered(OK, examples.VERSION), **problems(401, 403, 404, 422)},
)
async def get_version(
    services: ServicesDep, caller: CallerDep, page: PageName, number: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
) -> Data[VersionDetail]:
    """Return a version with its document and its checks."""
    row = await _version(services, caller, page, number)
    detail = VersionDetail(
        **dict(Version.of(row, services.links.version(row))), document=row.document, checks=row.checks
    )
    return Data(data=detail)


@router.get(
    "/{page}/html",
    dependencies=[needs(Scope.PAGES_READ)],
    response_class=HTMLResponse,
    summary="See a version",
    responses={
        OK: {"content": {"text/html": {"example": "<!doctype html>..."}}},
        **problems(401, 403, 404, 409, 422),
    },
)
async def get_html(
    services: ServicesDep, caller: CallerDep, page: PageName, version: VersionNumber = None
) -> HTMLResponse:
    """Return the HTML of a version, published or not."""
    row = await _version(services, caller, page, version)
    return HTMLResponse(row.html, headers=page_headers(row))


@router.get(
    "/{page}/export.zip",
    dependencies=[needs(Scope.PAGES_READ)],
    response_class=Response,
    summary="Take a page away",
    responses={
        OK: {"content": {"application/zip": {"example": "index.html, document.json, receipt.json"}}},
        **problems(401, 403, 404, 409, 422),
    },
)
async def export_page(
    services: ServicesDep, caller: CallerDep, page: PageName, version: VersionNumber = None
) -> Response:
    """Return a zip of index.html, document.json, and receipt.json of the job that made the version."""
    row = await _version(services, caller, page, version)
    async with services.database.read() as uow:
        job = await uow.jobs.find(JobId(row.job_id))
        calls = await uow.calls.of_job(JobId(row.job_id))
    receipt = None if job is None else shown(receipt_of(job, calls, services.clock()))
    name = f"{row.document.slug}-{row.number}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(zipped(row, receipt), media_type="application/zip", headers=headers)


@router.post(
    "/{page}/revise",
    dependencies=[needs(Scope.PAGES_WRITE)],
    status_code=ACCEPTED,
    response_model=Data[Job],
    summary="Write one section again",
    responses={**answered(ACCEPTED, job_examples.NEW_JOB), **problems(400, 401, 403, 404, 409, 415, 422, 503)},
)
async def revise_page(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    page: PageName,
    request: Annotated[ReviseRequest, Body(openapi_examples=examples.REVISE)],
) -> Response:
    """Make the next version, with one section written anew by an instruction and all others as they are."""

    async def act(subject: Subject) -> Answer:
        row = await Submission(services).revise(caller, page, request, subject)
        audit.change(
            before={"version": request.base_version}, after={"jobId": row.id, "route": list(row.options.route)}
        )
        return accepted(services, row)

    return await once.answer(new_job_id, act)


@router.post(
    "/{page}/publish",
    dependencies=[needs(Scope.PAGES_PUBLISH)],
    response_model=Data[Page],
    summary="Publish a version",
    responses={**answered(OK, examples.PAGE), **problems(400, 401, 403, 404, 409, 422)},
)
async def publish_page(
    services: ServicesDep,
    caller: CallerDep,
    once: OnceDep,
    audit: AuditDep,
    page: PageName,
    request: Annotated[PublishRequest | None, Body(openapi_examples=examples.PUBLISH)] = None,
) -> Response:
    """Show a version to anybody at /p/{slug}."""
    version = None if request is None else request.version

    async def act(_subject: Subject) -> Answer:
        row = await publish(services, caller, page, version, audit)
        return Answer(OK, Data(data=_shown(services, row)))

    async def subject() -> str:
        return page

    return await once.answer(subject, act)


def _shown(services: Services, row: PageRow) -> Page:
    return Page.of(row, services.links.page(row))


async def _page(uow: UnitOfWork, caller: Caller, name: PageId) -> PageRow:
    row = await uow.pages.get(caller.tenant, name)
    if row is None:
        raise not_found("page", name)
    return row


async def _version(services: Services, caller: Caller, name: PageId, number: int | None) -> PageVersionRow:
    """Return a version of a page, the current one without a number. Raises ProblemError 404 or 409."""
    async with services.database.read() as uow:
        page = await _page(uow, caller, name)
        wanted = number or page.current_version
        if wanted is None:
            raise conflict("no_version", f"{name} has no version yet; its job is {page.open_job}")
        row = await uow.pages.version(caller.tenant, name, wanted)
    if row is None:
        raise not_found("version", f"{wanted} of {name}")
    return row

"""GET /p/{slug}: published pages, for anybody, exactly as they were stored."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path
from fastapi.responses import HTMLResponse, Response

from api.problem import not_found
from api.responses import problems
from api.services import ServicesDep
from rendering.csp import style_hash
from storage.page import PageVersionRow

router = APIRouter(tags=["published pages"])


@router.get(
    "/p/{slug}",
    response_class=HTMLResponse,
    summary="Visit a published page",
    responses={
        HTTPStatus.OK: {"content": {"text/html": {"example": "<!doctype html>..."}}},
        HTTPStatus.NOT_MODIFIED: {"description": "The visitor has these very bytes"},
        **problems(404),
    },
)
async def visit_page(
    services: ServicesDep,
    slug: Annotated[str, Path(max_length=60)],
    if_none_match: Annotated[str | None, Header(description="An ETag the visitor has.")] = None,
) -> Response:
    """Return the published version of a page: no token, no cookie, no script."""
    async with services.database.read() as uow:
        version = await uow.pages.published(slug)
    if version is None:
        raise not_found("published page", slug)
    headers = page_headers(version) | {"Cache-Control": "public, no-cache"}
    if if_none_match is not None and _matches(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HTMLResponse(version.html, headers=headers)


def page_headers(version: PageVersionRow) -> dict[str, str]:
    """Return the headers of a version's HTML: nothing but its own style and images of this origin is let in."""
    policy = (
        "default-src 'none'; img-src 'self'; "
        f"style-src 'sha256-{style_hash(version.html)}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "ETag": f'"{version.sha256}"'}


def _matches(candidates: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag, compared weakly (RFC 9110, 13.1.2)."""
    names = {candidate.strip().removeprefix("W/") for candidate in candidates.split(",")}
    return "*" in names or etag in names

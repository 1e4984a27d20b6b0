"""`pagewright pages`: what was made, changing one section of it, publishing it and taking it away."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import Job, read
from cli.client.client import Api, ask
from cli.client.listing import listed
from cli.client.page_answers import Page, Pages, Version, VersionDetail, Versions
from cli.confirm import confirm
from cli.errors import UserError
from cli.live.again import Watch, show_once_or_again
from cli.live.job import attend
from cli.output import slug_of, write
from cli.screen.render import print_fields, print_json, print_line, print_note, print_table
from cli.tables import page as page_tables
from cli.tables.job import summary

PAGES: Final = "/api/pages"

_VERSIONS_SHOWN: Final = 10

WholePage = tuple[Page, VersionDetail | None, tuple[Version, ...]]

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="pages", help="See, revise, publish, export and delete pages.")


@_app.command("list")
def list_pages(
    limit: options.Limit = 20, cursor: options.Cursor = None, watch: Watch = False, as_json: options.AsJson = False
) -> None:
    """List pages, the newest first."""

    def show() -> None:
        answer = ask(lambda api: listed(api, PAGES, {"limit": limit, "cursor": cursor}, "pages", limit), print_note)
        if as_json:
            print_json(answer)
            return
        pages = read(Pages, answer)
        print_table(page_tables.listing(pages.pages, datetime.now(UTC)))
        if pages.next_cursor:
            print_note(f"There are more: --cursor {pages.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def view(page: options.PageId, as_json: options.AsJson = False) -> None:
    """Show a page with its sections, its versions, and the checks and advice its current version does not meet."""
    if as_json:
        print_json(ask(lambda api: api.get(f"{PAGES}/{page}"), print_note))
        return
    (shown, current, versions), url = ask(lambda api: _with_url(api, page), print_note)
    now = datetime.now(UTC)
    print_fields(page_tables.fields(shown, now, url))
    if current is not None:
        print_table(page_tables.sections(current))
        print_table(page_tables.versions(versions, shown, now))
    print_table(page_tables.failed_checks(shown))
    print_table(page_tables.advice(shown))


@_app.command()
def revise(
    page: options.PageId,
    section: Annotated[str, typer.Option(help="The section's number from 0, or its anchor.", show_default=False)],
    instruction: Annotated[str, typer.Option(help="What to change, in words.", show_default=False)],
    base_version: Annotated[
        int | None, typer.Option(min=1, help="The version that was read; without it, the current.", show_default=False)
    ] = None,
    wait: options.Wait = True,
    as_json: options.AsJson = False,
) -> None:
    """Write one section again by an instruction: a new version, the others as they are."""

    async def begin(api: Api) -> JsonValue:
        body: dict[str, JsonValue] = {
            "section": int(section) if section.isdecimal() else section,
            "instruction": instruction,
            "baseVersion": base_version or await _current_version(api, page),
        }
        return await api.post(f"{PAGES}/{page}/revise", body)

    async def begun(api: Api) -> Job:
        return read(Job, await begin(api))

    async def say_what_next(_api: Api, job: Job) -> None:
        print_note(f"Version {job.version} is made. Publish it with: pagewright pages publish {job.page_id}")

    if wait:
        attend(begun, say_what_next, as_json=as_json)
        return
    answer = ask(begin, print_note)
    if as_json:
        print_json(answer)
    else:
        print_fields(summary(read(Job, answer)))


@_app.command()
def publish(
    page: options.PageId,
    version: Annotated[
        int | None, typer.Option(min=1, help="Which version; without it, the current.", show_default=False)
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a version of a page to everybody who can reach the API."""
    body: dict[str, JsonValue] = {} if version is None else {"version": version}

    async def published(api: Api) -> tuple[JsonValue, str]:
        return await api.post(f"{PAGES}/{page}/publish", body), api.url

    answer, url = ask(published, print_note)
    if as_json:
        print_json(answer)
        return
    shown = read(Page, answer)
    print_line(f"Version {shown.published_version} of {shown.id} is published: {url}{shown.links.published}")


@_app.command()
def export(
    page: options.PageId,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="Where to; without it, <slug>.zip.", show_default=False)
    ] = None,
) -> None:
    """Take a page away: index.html, its document as JSON and its receipt, in one zip file."""

    async def fetch(api: Api) -> Path:
        file = out or Path(f"{await slug_of(api, page)}.zip")
        return write(file, await api.download(f"{PAGES}/{page}/export.zip"))

    print_line(f"Wrote {ask(fetch, print_note)}")


@_app.command()
def delete(page: options.PageId, yes: options.Yes = False) -> None:
    """Erase a page with its versions, briefs, histories and schedules. What it cost stays on the books."""
    if not yes:
        confirm(f"Erase {page} with all its versions and schedules? This cannot be undone.", f"{page} is not erased")
    ask(lambda api: api.delete(f"{PAGES}/{page}"), print_note)
    print_line(f"{page} is erased.")


async def _current_version(api: Api, page: str) -> int:
    """Return the number of the current version. Raises UserError where there is none to revise."""
    current = read(Page, await api.get(f"{PAGES}/{page}")).current_version
    if current is None:
        message = f"{page} has no version yet, so there is nothing to revise."
        raise UserError(message, f"`pagewright pages view {page}` shows its open job.")
    return current


async def _with_url(api: Api, page: str) -> tuple[WholePage, str]:
    return await _whole_page(api, page), api.url


async def _whole_page(api: Api, page: str) -> WholePage:
    """Return a page, its current version and its newest versions."""
    shown = read(Page, await api.get(f"{PAGES}/{page}"))
    if shown.current_version is None:
        return shown, None, ()
    current = await api.get(f"{PAGES}/{page}/versions/{shown.current_version}")
    newest = await api.get(f"{PAGES}/{page}/versions", {"limit": _VERSIONS_SHOWN})
    return shown, read(VersionDetail, current), read(Versions, newest).versions

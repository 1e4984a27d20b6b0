"""`pagewright demo`: the whole way from a brief to a published page, in one command."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.client.answers import Job, Models, read
from cli.client.client import Api, connect
from cli.client.endpoint import Endpoint
from cli.client.letter import letter_of
from cli.client.page_answers import Page
from cli.configuration import load_settings
from cli.door import require_closed_door
from cli.formats import model_name, or_nothing
from cli.live.attention import attended
from cli.live.job import DONE, stored_job, watch
from cli.output import write_page
from cli.screen.receipt import print_receipt
from cli.screen.render import print_cell, print_fields, print_line, print_note
from cli.screen.table import Cell, Fields
from cli.verbs.generate import read_brief, say_if_short, submit
from cli.verbs.pages import PAGES
from embedded.data_directory import open_data_directory, owner_token
from embedded.stack import Stack
from settings import Settings

_BRIEF: Final = Path(__file__).parents[2] / "examples" / "briefs" / "bakery.md"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(demo)


def demo(
    brief: Annotated[
        Path | None, typer.Option(help="The brief; without it, that of a bakery.", show_default=False)
    ] = None,
    leave: Annotated[bool, typer.Option("--exit", help="Leave when the page is done.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Write the page to DIR/<slug>/index.html.")] = Path("out"),
) -> None:
    """Start the stack, make a page and show where everything is.

    With a vendor's key in the environment its models write the page, without one the offline sandbox, which is not AI.
    Everything stays up until Ctrl-C. The exit code is 0 only when the page was made. A stack that runs already is used
    as it is.
    """
    text = read_brief(None, brief or _BRIEF)
    made = attended(_demonstrate(load_settings(), text, out, leave=leave))
    if not made:
        raise typer.Exit(1)


async def _demonstrate(settings: Settings, brief: str, out: Path, *, leave: bool) -> bool:
    async with _running(settings) as local, connect(local, print_note) as api:
        await _say_who_writes(api)
        job = await submit(api, {"brief": brief})
        print_line("")
        await watch(api, job)
        job = await stored_job(api, job.id)
        print_receipt(job, await letter_of(api, job))
        if job.status == DONE:
            await _show_page(api, job, out)
        if not leave:
            await _stay()
        elif job.status == DONE:
            print_line("")
            print_line("The file stays. The addresses answer while the stack is up: pagewright up")
    return job.status == DONE


@asynccontextmanager
async def _running(settings: Settings) -> AsyncGenerator[Endpoint]:
    """Yield the API of the stack on the data directory: of one that runs already, or of one started for this."""
    directory = open_data_directory(settings.data_dir)
    if (holder := directory.holder()) is None:
        require_closed_door(settings)
        async with Stack(settings, print_line) as stack:
            yield Endpoint(settings.local_api_url, stack.token)
        return
    print_line(f"Using the stack that runs already (process {holder}).")
    token = owner_token(directory) if settings.token is None else settings.token.get_secret_value()
    yield Endpoint(settings.local_api_url, token)


async def _say_who_writes(api: Api) -> None:
    models = read(Models, await api.get("/api/models"))
    asks_ai = any(model.ai for model in models.models if model.name in models.default_route)
    if asks_ai:
        print_line(f"Written by {', then '.join(model_name(name) for name in models.default_route)}.")
        return
    print_cell(Cell("No vendor's key is set: the offline sandbox writes this page. It is not AI.", "held"))
    print_line("Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GOOGLE_API_KEY to have AI write it.")


async def _show_page(api: Api, job: Job, out: Path) -> None:
    """Write the page to a file, publish it and say where everything is."""
    file = await write_page(api, job, out)
    page = read(Page, await api.post(f"{PAGES}/{job.page_id}/publish"))
    say_if_short(job)
    places = (
        ("File", Cell(str(file), "strong")),
        ("Page", Cell(f"{api.url}{page.links.published}", "strong")),
        ("API docs", f"{api.url}/docs"),
        ("Temporal", or_nothing(job.links.temporal)),
    )
    print_fields(Fields(places, "Your page is ready"))


async def _stay() -> None:
    print_line("")
    print_line("Everything stays up until Ctrl-C.")
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()

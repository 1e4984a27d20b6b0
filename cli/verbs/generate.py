"""`pagewright generate`: a brief in, a page out."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import Job, read
from cli.client.client import Api, ask
from cli.client.request import given, route_request
from cli.errors import UserError
from cli.formats import money
from cli.live.job import attend
from cli.output import write_page
from cli.screen.receipt import estimate_line
from cli.screen.render import print_fields, print_json, print_line, print_note
from cli.tables.job import summary
from cli.verbs.jobs import JOBS

_STDIN: Final = "-"
_SHORT_PAGE: Final = 4
"""Steps: the outline, and at most three sections."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(generate)


def generate(  # noqa: PLR0913  # one parameter an option
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The brief; - reads it from stdin.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="The brief: plain text, Markdown or JSON.", show_default=False)
    ] = None,
    wait: options.Wait = True,
    out: Annotated[
        Path | None, typer.Option(help="Write the page to DIR/<slug>/index.html.", metavar="DIR", show_default=False)
    ] = None,
    model: options.Model = None,
    fallback: options.Fallback = None,
    max_cost: options.MaxCost = None,
    language: Annotated[
        str | None, typer.Option(help="The page's language as a BCP 47 tag, de or pt-BR.", show_default=False)
    ] = None,
    priority: Annotated[
        str | None, typer.Option(help="high, normal or low: which waiting jobs go first.", show_default=False)
    ] = None,
    theme: Annotated[str | None, typer.Option(help="How the page looks.", show_default=False)] = None,
    seed: Annotated[
        int | None, typer.Option(help="Vary what the sandbox model writes; the same seed, the same page.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a page from a brief: TEXT, --file or stdin.

    With --wait, Ctrl-C leaves the job alone, and the exit code is 0 when it completes.
    """
    if out is not None and not wait:
        message = "--out writes the page when it is done, which --no-wait does not wait for."
        raise UserError(message, "Leave one of them out.")
    body = route_request(model, fallback, max_cost)
    told = {"language": language, "priority": priority, "theme": theme, "seed": seed}
    body |= given({"brief": read_brief(text, file), **told})
    if wait:
        attend(lambda api: submit(api, body), lambda api, job: _hand_over(api, job, out), as_json=as_json)
    else:
        _submit_only(body, as_json=as_json)


def read_brief(text: str | None, file: Path | None) -> str:
    """Return the brief from the one place that was named, or from what is piped in when none was.

    Raises UserError when there are two, nothing, or something unreadable.
    """
    piped = _stdin() if text is None and file is None and not _is_typed() else ""
    if piped.strip():
        return piped
    if (text is None) == (file is None):
        message = "A brief comes from one place: the TEXT argument, --file, or - for stdin."
        raise UserError(message, "For example: pagewright generate 'A bakery in a small harbour town'")
    if file is not None:
        return _read_file(file)
    return _stdin() if text == _STDIN else text or ""


def _is_typed() -> bool:
    """Whether stdin is a person at a terminal, who is not waited for unasked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _stdin() -> str:
    """Return all of stdin, nothing when it is closed."""
    return "" if sys.stdin is None else _decoded(sys.stdin.buffer.read(), "on stdin")


async def submit(api: Api, body: Mapping[str, JsonValue]) -> Job:
    """Submit a job and say what it is thought to cost."""
    job = read(Job, await api.post(JOBS, body))
    say_estimate(job)
    return job


def say_estimate(job: Job) -> None:
    """Say what a job is thought to cost, where it costs anything."""
    if (line := estimate_line(job.estimate)) is not None:
        print_note(line)
    low, cap = None if job.estimate is None else job.estimate.low_usd, job.max_cost_usd
    if low is not None and cap is not None and cap < low:
        print_note(f"Its cap of {money(cap)} is below that: it will hardly succeed. See: pagewright jobs view {job.id}")


def _read_file(file: Path) -> str:
    try:
        return _decoded(file.read_bytes(), str(file))
    except OSError as error:
        message = f"The brief {file} cannot be read: {error.strerror or error}."
        raise UserError(message) from error


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"The brief {where} is not a text in UTF-8."
        raise UserError(message, "Save it as UTF-8.") from None


async def _hand_over(api: Api, job: Job, out: Path | None) -> None:
    """Write the page if asked to, and say what can be done with it."""
    if out is not None:
        print_note(f"Wrote {await write_page(api, job, out)}")
    say_if_short(job)
    print_note(f"Publish it with: pagewright pages publish {job.page_id}")


def say_if_short(job: Job) -> None:
    """Say why a page of the sandbox is short: it adds nothing to its brief."""
    if not job.ai and len(job.steps) <= _SHORT_PAGE:
        print_note("A short brief makes a short page: the sandbox adds nothing of its own.")
        print_note("Say more in it: offer, prices, hours, quotes, contact; see examples/briefs.")


def _submit_only(body: Mapping[str, JsonValue], *, as_json: bool) -> None:
    answer = ask(lambda api: api.post(JOBS, body), print_note)
    if as_json:
        print_json(answer)
        return
    job = read(Job, answer)
    print_fields(summary(job))
    say_estimate(job)
    print_line(f"Watch it with: pagewright jobs watch {job.id}")

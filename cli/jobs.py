"""`pagewright jobs`: what is being made, and steering it."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from cli import job_tables, options
from cli.answers import Job, Jobs, read
from cli.client import Api, ask
from cli.receipt import advice
from cli.render import print_fields, print_json, print_line, print_note, print_table
from cli.request import route_request
from cli.watch import attend, stored_job

JOBS: Final = "/api/ai/jobs"

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="jobs", help="See and steer jobs.")


@_app.command("list")
def list_jobs(
    status: Annotated[
        list[str] | None,
        typer.Option(help="Only jobs of this status: waiting, active, completed, failed, ...; repeatable."),
    ] = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    as_json: options.AsJson = False,
) -> None:
    """List jobs, the newest first."""
    query = {"status": status, "limit": limit, "cursor": cursor}
    answer = ask(lambda api: api.get(JOBS, query), print_note)
    if as_json:
        print_json(answer)
        return
    jobs = read(Jobs, answer)
    print_table(job_tables.listing(jobs.jobs, datetime.now(UTC)))
    if jobs.next_cursor:
        print_note(f"There are more: --cursor {jobs.next_cursor}")


@_app.command()
def view(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Show a job with its steps, its calls and its receipt."""
    answer = ask(lambda api: api.get(f"{JOBS}/{job}"), print_note)
    if as_json:
        print_json(answer)
        return
    shown, now = read(Job, answer), datetime.now(UTC)
    print_fields(job_tables.fields(shown, now))
    print_table(job_tables.steps(shown, now))
    print_table(job_tables.calls(shown))
    for hint in advice(shown):
        print_line(hint)


@_app.command()
def watch(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Show a job's progress until it ends. Ctrl-C leaves the job alone; the exit code is 0 when it completes."""

    async def begin(api: Api) -> Job:
        return await stored_job(api, job)

    attend(begin, as_json=as_json)


@_app.command()
def cancel(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Cancel a job. Its finished sections are kept; the request in flight is aborted."""
    _steer(job, "cancel", {}, as_json=as_json)


@_app.command()
def pause(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Hold a job before its next request."""
    _steer(job, "pause", {}, as_json=as_json)


@_app.command()
def resume(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Let a paused job go on."""
    _steer(job, "resume", {}, as_json=as_json)


@_app.command()
def retry(
    job: options.JobId,
    model: options.Model = None,
    fallback: options.Fallback = None,
    max_cost: options.MaxCost = None,
    force: options.Force = False,
    as_json: options.AsJson = False,
) -> None:
    """Begin the next round of a failed or cancelled job.

    Finished sections are not made again.
    """
    body = route_request(model, fallback, max_cost) | ({"force": True} if force else {})
    _steer(job, "retry", body, as_json=as_json)


def _steer(job: str, action: str, body: dict[str, JsonValue], *, as_json: bool) -> None:
    """Ask for an action on a job and say how it stands."""
    answer = ask(lambda api: api.post(f"{JOBS}/{job}/{action}", body), print_note)
    if as_json:
        print_json(answer)
        return
    print_fields(job_tables.summary(read(Job, answer)))

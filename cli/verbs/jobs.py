"""`pagewright jobs`: what is being made, and steering it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import JsonValue

from cli import options
from cli.client.answers import DeadLetter, Job, JobHistory, JobMetrics, Jobs, read
from cli.client.client import Api, ask
from cli.client.letter import letter_of
from cli.client.listing import listed
from cli.client.request import route_request
from cli.confirm import confirm
from cli.live.again import Watch, show_once_or_again
from cli.live.job import attend, stored_job
from cli.moment import Since, Until, moment_of
from cli.screen.receipt import advice
from cli.screen.render import print_fields, print_json, print_line, print_note, print_table
from cli.screen.round import tell_begun
from cli.tables import job as job_tables
from cli.tables import job_report as job_reports
from cli.verbs.batch_submit import submit
from domain.job import JobStatus

JOBS: Final = "/api/ai/jobs"
_ENDS: Final = tuple(status for status in JobStatus if not status.is_open)

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_app.command()(submit)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="jobs", help="See and steer jobs.")


@_app.command("list")
def list_jobs(
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="Only jobs of this status: waiting, active, completed, failed, ...; several with commas between them.",
            callback=options.some_of(JobStatus),
            autocompletion=options.completed_from(JobStatus),
            show_default=False,
        ),
    ] = None,
    limit: options.Limit = 20,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List jobs, the newest first."""

    def show() -> None:
        query = {"status": status, "limit": limit, "cursor": cursor}
        answer = ask(lambda api: listed(api, JOBS, query, "jobs", limit), print_note)
        if as_json:
            print_json(answer)
            return
        jobs = read(Jobs, answer)
        print_table(job_tables.listing(jobs.jobs, datetime.now(UTC), status or ()))
        if jobs.next_cursor:
            print_note(f"There are more: --cursor {jobs.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def history(  # noqa: PLR0913, PLR0917  # one parameter an option
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="Only jobs that ended so: completed, failed, cancelled, refused; several with commas between them.",
            callback=options.some_of(_ENDS),
            autocompletion=options.completed_from(_ENDS),
            show_default=False,
        ),
    ] = None,
    provider: options.OfProvider = None,
    model: options.OfModel = None,
    user: Annotated[str | None, typer.Option(help="Only jobs of this user.", show_default=False)] = None,
    error_type: options.OfErrorType = None,
    since: Since = None,
    until: Until = None,
    limit: options.Limit = 50,
    cursor: options.Cursor = None,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """List jobs that have ended, the last to end first."""

    def show() -> None:
        now = datetime.now(UTC)
        query = {
            "status": status,
            "provider": provider,
            "model": model,
            "user": user,
            "errorType": error_type,
            "since": moment_of(since, now),
            "until": moment_of(until, now),
            "limit": limit,
            "cursor": cursor,
        }
        answer = ask(lambda api: listed(api, f"{JOBS}/history", query, "jobs", limit), print_note)
        if as_json:
            print_json(answer)
            return
        ended = read(JobHistory, answer)
        print_table(job_reports.history(ended.jobs, now))
        if ended.next_cursor:
            print_note(f"There are more: --cursor {ended.next_cursor}")

    show_once_or_again(show, watch=watch)


@_app.command()
def metrics(
    hours: Annotated[int, typer.Option(min=1, help="How many hours to look back.")] = 24,
    watch: Watch = False,
    as_json: options.AsJson = False,
) -> None:
    """Show how the last hours went.

    Outcomes, processing times, throughput, retries and errors.
    """

    def show() -> None:
        answer = ask(lambda api: api.get(f"{JOBS}/metrics", {"hours": hours}), print_note)
        if as_json:
            print_json(answer)
            return
        found = read(JobMetrics, answer)
        print_fields(job_reports.metrics(found))
        print_table(job_reports.statuses(found))
        print_table(job_reports.errors(found))

    show_once_or_again(show, watch=watch)


@_app.command()
def view(job: options.JobId, as_json: options.AsJson = False) -> None:
    """Show a job with its steps, calls and receipt."""
    if as_json:
        print_json(ask(lambda api: api.get(f"{JOBS}/{job}"), print_note))
        return

    async def seen(api: Api) -> tuple[Job, DeadLetter | None]:
        found = await stored_job(api, job)
        return found, await letter_of(api, found)

    (shown, letter), now = ask(seen, print_note), datetime.now(UTC)
    print_fields(job_tables.fields(shown, now))
    print_table(job_tables.steps(shown, now))
    print_table(job_tables.calls(shown))
    for hint in advice(shown, letter):
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
    answer = ask(lambda api: api.post(f"{JOBS}/{job}/retry", body), print_note)
    if as_json:
        print_json(answer)
        return
    started = read(Job, answer)
    tell_begun(started.id, started.round)


@_app.command()
def delete(job: options.JobId, yes: options.Yes = False) -> None:
    """Erase an ended job; its page and its cost stay.

    It leaves the lists at once. A dead letter that holds it is given up.
    """
    if not yes:
        confirm(f"Delete {job} with its brief and its history? This cannot be undone.", f"{job} is not deleted")
    ask(lambda api: api.delete(f"{JOBS}/{job}"), print_note)
    print_line(f"{job} is deleted.")


@_app.command()
def debug(
    workflow: options.LetterId,
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Replay this history, downloaded before.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where to keep the history; without it, <id>.history.json.", show_default=False
        ),
    ] = None,
) -> None:
    """Replay a job's workflow history on this machine.

    Downloads it, says whether it replays, and how to step through it with a debugger. The exit code is 1 when it does
    not replay. This talks to Temporal itself, as a worker does.
    """
    from cli.debugging import debug_workflow  # noqa: PLC0415  loading the workflows takes seconds, which others have not

    if not debug_workflow(workflow, history, out):
        raise typer.Exit(1)


def _steer(job: str, action: str, body: dict[str, JsonValue], *, as_json: bool) -> None:
    """Ask for an action on a job and say how it stands."""
    answer = ask(lambda api: api.post(f"{JOBS}/{job}/{action}", body), print_note)
    if as_json:
        print_json(answer)
        return
    print_fields(job_tables.summary(read(Job, answer)))

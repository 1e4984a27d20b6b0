"""A job watched at the terminal until it ends; to stop watching changes nothing for the job."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import typer

from cli.client.answers import Job, read
from cli.client.client import Api, connect
from cli.client.endpoint import endpoint
from cli.client.event import Event, PlannedSection
from cli.client.follow import follow
from cli.client.letter import letter_of
from cli.configuration import load_settings
from cli.live.attention import attended, left_alone
from cli.live.hold import telling_what_holds
from cli.screen.progress import Progress
from cli.screen.receipt import print_receipt
from cli.screen.render import is_terminal, live, print_json, print_line, print_note
from cli.screen.story import line, sheet
from cli.screen.table import Cell, Sheet

DONE: Final = "completed"

Begin = Callable[[Api], Awaitable[Job]]
Then = Callable[[Api, Job], Awaitable[None]]


def attend(begin: Begin, then: Then | None = None, *, as_json: bool) -> None:
    """Begin a job, show it to its end, print its receipt, and do `then` with it when it is completed.

    Ends with exit code 1 when the job is not completed, and with 130 when it was left alone, which it does not mind.
    """
    finished = attended(_to_its_end(begin, then, as_json=as_json))
    if finished.status != DONE:
        raise typer.Exit(1)


async def watch(api: Api, job: Job, *, aside: bool = False) -> None:
    """Show a job's events until none follow: as a moving table on a terminal, else and `aside` as lines.

    Lines `aside` leave the output to others.
    """
    if aside or not is_terminal():
        say = print_note if aside else print_line
        async with telling_what_holds(api, job.id, say):
            await _watch_lines(api, job, say)
        return
    screen = _Screen(job)
    with live(screen.picture):
        async with telling_what_holds(api, job.id, screen.tell), aclosing(follow(api, job.id, screen.tell)) as events:
            async for event in events:
                screen.show(event)


async def stored_job(api: Api, job: str) -> Job:
    """Return a job as it is stored now."""
    return read(Job, await api.get(f"/api/ai/jobs/{job}"))


async def _watch_lines(api: Api, job: Job, say: Callable[[str], None]) -> None:
    progress = _start(job)
    async with aclosing(follow(api, job.id, print_note)) as events:
        async for event in events:
            progress = progress.apply(event)
            if (text := line(event, progress)) is not None:
                say(text)


class _Screen:
    """What is known of a job so far. Drawn by another thread: what it reads is replaced, never changed."""

    def __init__(self, job: Job) -> None:
        self._progress = _start(job)
        self._note: Cell | None = None

    def show(self, event: Event) -> None:
        """Go on to what holds after an event."""
        self._progress, self._note = self._progress.apply(event), None

    def tell(self, note: str) -> None:
        """Show a note until the next event: a line of its own would tear the picture."""
        self._note = Cell(note, "held")

    def picture(self) -> Sheet:
        """Return what is seen now."""
        seen, note = sheet(self._progress, datetime.now(UTC)), self._note
        return seen if note is None else replace(seen, after=(*seen.after, note))


def _start(job: Job) -> Progress:
    sections = tuple(PlannedSection(step=step.step, type=step.type, heading=step.heading) for step in job.steps)
    return Progress(job.id).named(sections)


def _say_where(job: Job) -> None:
    """Say where the whole story of a job is, when the API knows."""
    if job.links.temporal is not None:
        print_line(f"In Temporal: {job.links.temporal}")


async def _to_its_end(begin: Begin, then: Then | None, *, as_json: bool) -> Job:
    async with connect(endpoint(load_settings()), print_note) as api:
        job = await begin(api)
        await left_alone(watch(api, job, aside=as_json), job.id, "jobs watch")
        answer = await api.get(f"/api/ai/jobs/{job.id}")
        finished = read(Job, answer)
        if as_json:
            print_json(answer)
        else:
            print_receipt(finished, await letter_of(api, finished))
            _say_where(finished)
        if then is not None and finished.status == DONE:
            await then(api, finished)
        return finished

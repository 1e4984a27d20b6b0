"""Arguments and options that several verbs share."""

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Final

import typer

from domain.errors import ErrorType

ASSUME_YES: Final = "PAGEWRIGHT_ASSUME_YES"
"""Answers every question with yes: for scripts, in which nobody is there to be asked."""

_ID: Final = re.compile(r"[A-Za-z0-9_]+")


def _named(name: str) -> str:
    """Return an id that may be part of an address."""
    if not _ID.fullmatch(name):
        message = f"{name!r} is not an id."
        raise typer.BadParameter(message)
    return name


def _all_named(names: list[str] | None) -> list[str]:
    return [_named(name) for name in names or ()]


def some_of(words: Iterable[str]) -> Callable[[list[str] | None], list[str] | None]:
    """Return what reads an option of words with commas between them, and refuses others with the list."""
    known = [str(word) for word in words]

    def read(given: list[str] | None) -> list[str] | None:
        named = [word.strip() for text in given or () for word in text.split(",") if word.strip()]
        for word in named:
            _require(word, known)
        return named or None

    return read


def one_of(words: Iterable[str]) -> Callable[[str | None], str | None]:
    """Return what reads an option of one word, and refuses others with the list."""
    known = [str(word) for word in words]

    def read(given: str | None) -> str | None:
        return None if given is None else _require(given, known)

    return read


def completed_from(words: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what a shell is offered for a word that is begun."""
    known = [str(word) for word in words]

    def offered(incomplete: str) -> list[str]:
        return [word for word in known if word.startswith(incomplete)]

    return offered


def _require(word: str, known: list[str]) -> str:
    if word not in known:
        message = f"{word!r} is none of: {', '.join(known)}."
        raise typer.BadParameter(message)
    return word


AsJson = Annotated[bool, typer.Option("--json", help="Print the API's data as JSON, for scripts.")]
JobId = Annotated[str, typer.Argument(metavar="ID", help="A job's id, job_...", show_default=False, callback=_named)]
PageId = Annotated[str, typer.Argument(metavar="ID", help="A page's id, page_...", show_default=False, callback=_named)]
ScheduleId = Annotated[
    str, typer.Argument(metavar="ID", help="A schedule's id, sched_...", show_default=False, callback=_named)
]
LetterId = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="A dead letter's id, dlq_..., or its job's, job_...", show_default=False, callback=_named
    ),
]
LetterIds = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...",
        help="Dead letters' ids, dlq_..., or their jobs', job_...; without one, a filter.",
        show_default=False,
        callback=_all_named,
    ),
]
All = Annotated[bool, typer.Option("--all", help="All dead letters that the other filters leave.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what the filters mean, and what it would cost.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", envvar=ASSUME_YES, help="Do not ask.")]
WaitForBatch = Annotated[bool, typer.Option("--wait/--no-wait", help="Show the batch's progress until it ends.")]
BatchId = Annotated[
    str, typer.Argument(metavar="ID", help="A batch's id, batch_...", show_default=False, callback=_named)
]
PerSecond = Annotated[
    float | None, typer.Option(min=0.1, help="How many begin a second; without it, as set.", show_default=False)
]
InFlight = Annotated[
    int | None, typer.Option(min=1, help="How many run at once; without it, as set.", show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to show, the newest first.")]
Cursor = Annotated[
    str | None, typer.Option(help="Go on where a list ended: the cursor it printed.", show_default=False)
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Show the job's progress until it ends.")]
Model = Annotated[
    str | None,
    typer.Option(metavar="PROVIDER:MODEL", help="The model to ask; without it, the API's default.", show_default=False),
]
Fallback = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PROVIDER:MODEL", help="A model to ask when those before it fail; repeatable.", show_default=False
    ),
]
MaxCost = Annotated[
    str | None, typer.Option(metavar="USD", help="The most the job may cost, over all its rounds.", show_default=False)
]
Force = Annotated[bool, typer.Option("--force", help="Retry also where the error is not one that passes.")]
OfProvider = Annotated[
    str | None, typer.Option("--provider", help="Only of this provider: openai, ...", show_default=False)
]
OfModel = Annotated[
    str | None, typer.Option("--model", metavar="PROVIDER:MODEL", help="Only of this model.", show_default=False)
]
OfErrorType = Annotated[
    str | None,
    typer.Option(
        "--error-type",
        help="Only of this error: TIMEOUT, RATE_LIMIT, ...",
        show_default=False,
        callback=one_of(ErrorType),
        autocompletion=completed_from(ErrorType),
    ),
]

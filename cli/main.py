"""The `pagewright` command: its verbs, and how errors are told."""

import importlib
import os
import sys
from collections.abc import Collection
from importlib.metadata import version
from typing import Annotated, Final

import typer

from cli.errors import UserError
from cli.process_end import leave
from embedded.errors import StackError

VERBS: Final = {
    "demo": "Start the stack, make a page and show where everything is.",
    "up": "Start Temporal, a worker and the API, until Ctrl-C.",
    "observe": "Start the stack with Prometheus and Alertmanager, until Ctrl-C.",
    "generate": "Make a page from a brief: TEXT, --file or stdin.",
    "estimate": "Say what a page for a brief will cost: TEXT, --file or stdin.",
    "doctor": "Check every part and say how to mend what is broken.",
    "worker": "Run a worker until SIGTERM or Ctrl-C.",
    "api": "Run the API process until SIGTERM or Ctrl-C.",
    "jobs": "See and steer jobs.",
    "batches": "See and steer what is done in bulk.",
    "dlq": "See, retry and discard failed rounds.",
    "queue": "See, pause, resume and limit the queues of providers; clear ended jobs.",
    "pages": "See, revise, publish, export and delete pages.",
    "schedules": "Make pages anew, or submit batches again, on a cron expression.",
    "audit": "See who changed what.",
    "token": "Mint, list and revoke tokens; rotate the secret that signs them.",
    "encryption": "See and rotate the keys that encrypt what Temporal keeps.",
    "usage": "See what calls to models took and cost.",
    "prices": "See what models cost, and price the past again.",
    "db": "Look after Pagewright's own database.",
}
"""Each verb lives in the module `cli.verbs.<verb>`, whose `register(app)` adds it; the text is its line in `--help`.

Those with verbs under them come last, as Typer lists them.
"""

FAILED: Final = 1
_COMPLETED: Final = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")
"""Where bash, and where other shells, put what was typed so far."""


def run() -> None:
    """Run the command line as a process, to its very end."""
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        leave(ended.code)


def main() -> None:
    """Run the command line. An error the user can mend is told in one message, with exit code 1."""
    try:
        assemble({verb for verb in VERBS if verb in _words()})()
    except (UserError, StackError) as error:
        sys.stderr.write(f"Error: {error.message}\n{error.hint}\n".rstrip() + "\n")
        sys.exit(FAILED)


def _words() -> list[str]:
    """Return the words of the command line, or those that a shell asks to be completed."""
    typed = " ".join(os.environ.get(name, "") for name in _COMPLETED)
    return [*sys.argv, *typed.split()]


def assemble(loaded: Collection[str] = frozenset(VERBS)) -> typer.Typer:
    """Return the command line with only the modules of the `loaded` verbs imported, so that it answers at once.

    The other verbs are listed in `--help` and cannot run.
    """
    app = typer.Typer(
        name="pagewright",
        callback=_root,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # loading Rich takes longer than all the rest
    )
    for verb, line in VERBS.items():
        if verb in loaded:
            importlib.import_module(f"cli.verbs.{verb}").register(app)
        else:
            app.command(verb, help=line)(_not_loaded)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pagewright {version('pagewright')}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Turn a brief into a finished web page, durably."""


def _not_loaded() -> None:
    message = "This verb is not loaded."
    raise UserError(message)


if __name__ == "__main__":
    run()

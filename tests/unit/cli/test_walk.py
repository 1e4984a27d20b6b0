"""Rules that hold for every verb, by name: a verb that is new is walked by itself."""

from collections.abc import Iterator

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from cli.errors import UserError
from cli.main import assemble

LISTS = ("list", "history", "metrics", "stats", "items", "report", "current-month", "last-n-days")
LOSES = ("delete", "clear", "discard", "revoke", "erase", "rotate-secret")


def walked() -> Iterator[tuple[str, TyperCommand]]:
    """Yield every verb with its words."""
    waiting = [("", typer.main.get_command(assemble()))]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, TyperGroup):
            waiting += [(f"{words} {name}".strip(), verb) for name, verb in command.commands.items()]
        elif isinstance(command, TyperCommand):
            yield words, command


VERBS = dict(walked())


def options_of(verb: str) -> set[str]:
    return {option for parameter in VERBS[verb].params for option in parameter.opts}


def named(names: tuple[str, ...]) -> list[str]:
    return sorted(verb for verb in VERBS if verb.split()[-1] in names)


def test_there_are_verbs_to_walk() -> None:
    assert {"jobs list", "pages list", "dlq list", "schedules list", "audit list"} <= set(named(LISTS))
    assert {"jobs delete", "pages delete", "dlq discard", "queue clear", "token revoke"} <= set(named(LOSES))


@pytest.mark.parametrize("verb", named(LISTS))
def test_a_verb_that_lists_prints_json_for_scripts(verb: str) -> None:
    assert "--json" in options_of(verb)


@pytest.mark.parametrize("verb", named(LISTS))
def test_a_verb_that_lists_is_watched_at_a_terminal_and_nowhere_else(verb: str) -> None:
    """Off a terminal it is refused before anything is asked."""
    done = CliRunner().invoke(assemble({verb.split(maxsplit=1)[0]}), [*verb.split(), "--watch"], prog_name="pagewright")
    assert isinstance(done.exception, UserError), done.output
    assert done.exception.message == "--watch needs a terminal."


@pytest.mark.parametrize("verb", named(LOSES))
def test_a_verb_that_loses_something_asks_unless_told_not_to(verb: str) -> None:
    assert "--yes" in options_of(verb)

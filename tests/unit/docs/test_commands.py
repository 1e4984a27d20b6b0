"""Commands in the documents are commands there are."""

import importlib.util
import re
import shlex
from collections.abc import Sequence
from typing import Final

import pytest
import typer
import typer.main
from typer.core import TyperGroup

from cli.main import assemble
from tests.unit.docs.markdown import ROOT, Document, documents, words_of

MAKE_TARGETS: Final = set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
COMMAND: Final = typer.main.get_command(assemble())


def refusal(line: str, *, whole: bool) -> str | None:
    """Return why a command line would be refused; one that is not `whole` may leave arguments out.

    What the shell fills in is not known here: the operations guide's test runs such lines.
    """
    match words_of(line):
        case ["make", *words]:
            unknown = {word for word in words if "=" not in word} - MAKE_TARGETS
            return f"there is no make {unknown}" if unknown else None
        case ["pagewright", *arguments]:
            return refused(arguments, whole=whole and not any("$" in argument for argument in arguments))
        case [python, "-m", module, *_] if python.endswith("python"):
            return None if importlib.util.find_spec(module) else f"there is no module {module}"
        case _:
            return None


def refused(words: Sequence[str], *, whole: bool) -> str | None:
    command, arguments = COMMAND, list(words)
    while isinstance(command, TyperGroup) and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        if name not in command.commands:
            return f"there is no verb {name}"
        command = command.commands[name]
    if not whole:
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        unknown = {word for word in arguments if word.startswith("-")} - known
        return f"there is no option {unknown}" if unknown else None
    try:
        command.make_context("pagewright", arguments)
    except typer.Exit:
        return None
    except typer.TyperException as error:
        return str(error)
    return None


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_command_of_a_block_is_accepted(document: Document) -> None:
    found = {line: refusal(line, whole=True) for line in document.shell_lines()}
    assert {line: reason for line, reason in found.items() if reason} == {}


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_command_in_running_text_exists(document: Document) -> None:
    found = {code: refusal(code, whole=False) for code in document.code()}
    assert {code: reason for code, reason in found.items() if reason} == {}


def test_the_readme_shows_the_two_commands_and_every_kind_of_verb() -> None:
    commands = [words_of(line) for line in documents_by_name()["README.md"].shell_lines()]
    assert ["make", "demo"] in commands
    assert ["make", "test"] in commands
    shown = {words[1] for words in commands if words and words[0] == "pagewright"}
    assert shown >= {"up", "generate", "jobs", "dlq", "pages", "doctor"}


@pytest.mark.parametrize(
    "line",
    [
        "make deom",
        "pagewright publish PAGE_ID",
        "pagewright jobs wach JOB_ID",
        "pagewright generate --max-costs 1 text",
        "pagewright dlq stat | grep byProvider",
        ".venv/bin/python -m cli.nowhere",
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_command_there_is_not_is_seen(line: str, *, whole: bool) -> None:
    assert refusal(line, whole=whole)


@pytest.mark.parametrize("line", ["pagewright jobs view", "pagewright jobs view not-an-id", "pagewright jobs"])
def test_a_command_that_lacks_its_argument_is_seen_in_a_block(line: str) -> None:
    assert refusal(line, whole=True)
    assert refusal(shlex.join(shlex.split(line)[:3]), whole=False) is None


def documents_by_name() -> dict[str, Document]:
    return {document.name: document for document in documents()}

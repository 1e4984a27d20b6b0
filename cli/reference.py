"""`docs/cli.md`: what every verb says with `--help`. Write it with `python -m cli.reference`."""

from pathlib import Path
from typing import Final

import typer.main
from typer.core import TyperGroup

from cli.main import assemble

REFERENCE: Final = Path(__file__).parent.parent / "docs" / "cli.md"

_WIDTH: Final = 100
_HEAD: Final = """# The command line

Made from the verbs' own `--help` by `python -m cli.reference`; a test fails when it is stale.
"""


def reference() -> str:
    """Return the text of `docs/cli.md`: a section for each verb, in the order of the help."""
    command = typer.main.get_command(assemble())
    sections = [_HEAD]
    contexts = [command.make_context("pagewright", [], resilient_parsing=True, terminal_width=_WIDTH)]
    while contexts:
        context = contexts.pop(0)
        sections.append(_section(context.command_path, context.command.get_help(context)))
        if isinstance(context.command, TyperGroup):
            verbs = context.command.commands.items()
            contexts[:0] = [verb.make_context(name, [], parent=context, resilient_parsing=True) for name, verb in verbs]
    return "\n".join(sections)


def _section(path: str, text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join([f"## {path}", "", "```text", *lines, "```", ""])


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference())

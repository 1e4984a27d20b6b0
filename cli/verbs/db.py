"""`pagewright db`: Pagewright's own database."""

import asyncio
from typing import Final

import typer

from cli.configuration import load_settings
from cli.errors import UserError
from cli.screen.render import print_line
from embedded.schema import schema_state, upgrade_schema
from storage.schema import SchemaState

_REMEDIES: Final = {
    SchemaState.EMPTY: "Run `pagewright db upgrade` (`pagewright up` does it by itself).",
    SchemaState.OLDER: "Run `pagewright db upgrade` (`pagewright up` does it by itself).",
    SchemaState.NEWER: "Start the version that wrote it, or set PAGEWRIGHT_DATABASE_URL or PAGEWRIGHT_DATA_DIR.",
}

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="db", help="Look after Pagewright's own database.")


@_app.command()
def upgrade() -> None:
    """Bring the database's schema up to date."""
    revision = asyncio.run(upgrade_schema(load_settings()))
    print_line(f"The database is at revision {revision}.")


@_app.command()
def check() -> None:
    """Say whether the database's schema is this version's; the exit code is 0 only then."""
    state = asyncio.run(schema_state(load_settings()))
    if state in _REMEDIES:
        message = f"The database's schema is {state.value}."
        raise UserError(message, _REMEDIES[state])
    print_line("The database's schema is current.")

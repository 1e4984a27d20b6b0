"""`pagewright encryption`: the keys of the payloads in Temporal. Acts on this machine's file of keys."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from api.guards.machine import Deed, Operator, record_of
from cli import options
from cli.configuration import load_settings
from cli.errors import UserError
from cli.live.again import Watch, show_once_or_again
from cli.screen.render import print_json, print_line, print_note, print_table
from cli.screen.table import Cell, Column, Table
from embedded.data_directory import open_data_directory
from embedded.schema import current_database, schema_state
from settings import Settings
from storage.schema import SchemaState
from workflows.encryption import Key, new_key
from workflows.key_file import KeyFileError, add_key, key_ring, read_keys

_COLUMNS: Final = (Column("Key", narrow="whole"), Column("Use"))

_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.add_typer(_app, name="encryption", help="See and rotate the keys that encrypt what Temporal keeps.")


@_app.command("list")
def list_keys(watch: Watch = False, as_json: options.AsJson = False) -> None:
    """List the ids of the keys, the one that writes last. The keys themselves are never shown."""

    def show() -> None:
        ids = _ids(load_settings())
        if as_json:
            print_json({"keys": list(ids), "newest": ids[-1] if ids else None})
            return
        rows = tuple((name, Cell("reads and writes", "good") if name == ids[-1] else "reads") for name in ids)
        print_table(Table(_COLUMNS, rows, empty="No keys: payloads lie in Temporal in clear."))

    show_once_or_again(show, watch=watch)


@_app.command()
def rotate(as_json: options.AsJson = False) -> None:
    """Add a new key that writes from now on; the others stay, to read with. The first one turns encryption on.

    Where several machines run Pagewright, copy the file to all of them, then restart their workers and APIs.
    """
    settings, now = load_settings(), datetime.now(UTC)
    if settings.encryption_keys is not None:
        message = "The keys are in PAGEWRIGHT_ENCRYPTION_KEYS, which cannot be written from here."
        raise UserError(message, "Add a key behind the others there, or unset it to use a file.")
    if settings.encryption_keys_file is None:
        open_data_directory(settings.data_dir)
    file = settings.resolved_encryption_keys_file
    key = new_key(f"{now:%Y%m%dT%H%M%S.%fZ}")
    try:
        asyncio.run(_added(settings, file, key, now))
    except KeyFileError as error:
        raise _unusable(error) from None
    if as_json:
        print_json({"key": key.id, "file": str(file)})
        return
    print_line(f"Key {key.id} is the newest in {file}.")
    print_line("Restart workers and APIs: they write with it then, and read with it already.")
    print_line("Keep a copy: without its keys a workflow that runs can never go on.")


async def _added(settings: Settings, file: Path, key: Key, now: datetime) -> None:
    """Add a key, and record it where there is a database: the first key may be made before there is one."""
    if await schema_state(settings) is SchemaState.EMPTY:
        add_key(file, key)
        print_note("There is no database yet: the audit trail does not tell of this.")
        return
    before = [one.id for one in read_keys(file)]
    deed = Deed("encryption rotate", key.id, {"keys": [*before]}, {"keys": [*before, key.id]})
    async with current_database(settings) as database, database.write() as uow:
        uow.audit.add(record_of(deed, Operator.here(), now))
        await uow.flush()
        add_key(file, key)


def _ids(settings: Settings) -> tuple[str, ...]:
    try:
        return key_ring(settings.encryption_keys, settings.resolved_encryption_keys_file).ids
    except KeyFileError as error:
        raise _unusable(error) from None


def _unusable(error: KeyFileError) -> UserError:
    return UserError(f"{error}.", "`pagewright doctor` checks the keys.")

"""What `doctor` checks on this machine: Python, the data directory, ports, Temporal's binary, keys, the database."""

import platform
import sys
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr

from api.guards.signing_key import SigningKeyFile, SigningKeysError, signing_keys_path
from cli.checks.finding import Finding, broken, note, ok
from embedded.binary import existing_binary, server_version, spell
from embedded.data_directory import DataDirectory, open_data_directory
from embedded.environment import variables_of
from embedded.errors import StackError
from embedded.ports import is_free, ports_of
from embedded.schema import schema_state
from settings import Settings, VendorSettings
from storage.schema import SchemaState

_OLDEST_PYTHON: Final = (3, 11)
_NEWEST_PYTHON: Final = (3, 14)
_OTHERS: Final = 0o077
_KEYS: Final = ("openai_api_key", "anthropic_api_key", "google_api_key", "openai_compatible_api_key")


def check_python() -> Finding:
    """Check the version of Python that runs this."""
    found = sys.version_info[:2]
    if _OLDEST_PYTHON <= found <= _NEWEST_PYTHON:
        return ok("Python", platform.python_version())
    return broken("Python", platform.python_version(), "Use Python 3.11 to 3.14: remove .venv and run `make env`.")


def check_data_directory(settings: Settings) -> tuple[Finding, DataDirectory | None]:
    """Check that the data directory can be written and others cannot read it; it is made if it is missing."""
    part = "Data directory"
    try:
        directory = open_data_directory(settings.data_dir)
    except StackError as error:
        return broken(part, error.message, error.hint), None
    if directory.root.stat().st_mode & _OTHERS:
        finding = note(part, f"{directory.root} can be read by others", f"Run `chmod 700 {directory.root}`.")
        return finding, directory
    return ok(part, str(directory.root)), directory


def check_signing_keys(settings: Settings) -> Finding:
    """Check that the secrets which sign tokens can be read, and by their owner alone."""
    part, path = "Signing keys", signing_keys_path(settings)
    try:
        count = len(SigningKeyFile(path).read().valid(datetime.now(UTC)))
    except SigningKeysError as error:
        return broken(part, str(error), "Mend the file, or remove it: then every minted token is refused.")
    if count == 0:
        return ok(part, "none: the owner's token is the only one")
    if path.stat().st_mode & _OTHERS:
        return note(part, f"{path} can be read by others", f"Run `chmod 600 {path}`.")
    return ok(part, f"{count} in {path}")


def check_stack(directory: DataDirectory) -> tuple[Finding, bool]:
    """Say whether a stack runs in the data directory."""
    if directory.is_locked():
        pid = directory.holder()
        return ok("Stack", "runs" if pid is None else f"runs (process {pid})"), True
    return note("Stack", "does not run", "Start it with `pagewright up`."), False


def check_ports(settings: Settings, *, stack_runs: bool) -> list[Finding]:
    """Check that the stack's ports are free, or taken by the stack itself."""
    findings: list[Finding] = []
    for port in ports_of(settings):
        part = f"Port {port.number}"
        try:
            free = is_free(port)
        except StackError as error:
            findings.append(broken(part, error.message, error.hint))
            continue
        if free and not stack_runs:
            findings.append(ok(part, f"free for {port.purpose}"))
        elif free:
            findings.append(broken(part, f"nothing listens for {port.purpose}", "Restart `pagewright up`."))
        elif stack_runs:
            findings.append(ok(part, f"in use by {port.purpose}"))
        else:
            remedy = f"Stop that program, or set {port.setting} to a free port."
            findings.append(broken(part, f"taken by another program, meant for {port.purpose}", remedy))
    return findings


async def check_binary(settings: Settings) -> Finding:
    """Check Temporal's binary where it lies; nothing is downloaded or built."""
    part = "Temporal binary"
    try:
        search = await existing_binary(settings.temporal_cli)
        if search.binary is None:
            return broken(part, " ".join(("not found.", *search.passed_over)), "Run `make temporal`.")
        version = await server_version(search.binary)
    except StackError as error:
        return broken(part, error.message, error.hint)
    return ok(part, f"{search.binary} (server {spell(version)})")


async def check_database(settings: Settings) -> Finding:
    """Check that the database can be reached and has this version's schema."""
    part = "Database"
    try:
        state = await schema_state(settings)
    except StackError as error:
        return broken(part, error.message, error.hint)
    if state is SchemaState.CURRENT:
        return ok(part, "reachable, schema current")
    if state is SchemaState.NEWER:
        remedy = "Start that version, or set PAGEWRIGHT_DATABASE_URL or PAGEWRIGHT_DATA_DIR to another place."
        return broken(part, "written by a newer version", remedy)
    remedy = "`pagewright up` does it by itself; otherwise run `pagewright db upgrade`."
    return note(part, f"reachable, schema {state.value}", remedy)


def check_keys(vendors: VendorSettings) -> Finding:
    """Say which vendors' keys are set, never what they are."""
    given = [
        name.removesuffix("_api_key").replace("_", "-")
        for name in _KEYS
        if isinstance(key := getattr(vendors, name), SecretStr) and key.get_secret_value()
    ]
    if given:
        return ok("Vendor keys", f"set for {', '.join(given)}")
    variables = ", ".join(variables_of(VendorSettings, name)[0] for name in _KEYS[:3])
    return note("Vendor keys", "none: pages come from the offline sandbox model, not from AI", f"Set {variables}.")

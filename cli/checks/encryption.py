"""What `doctor` checks of encryption: briefs must not lie in clear where others can read Temporal's Web UI."""

import os
from typing import Final

from temporalio.envconfig import ClientConfig

from api.guards.security import is_loopback
from cli.checks.finding import Finding, broken, note, ok
from cli.formats import counted
from settings import Settings
from workflows.key_file import KeyFileError, key_ring

PART: Final = "Encryption"

_ROTATE: Final = "Run `pagewright encryption rotate`, give every machine the file, and restart workers and APIs."


def check_encryption(settings: Settings) -> Finding:
    """Check the keys of payloads. There have to be some unless Temporal and the API are on this machine alone."""
    try:
        keys = key_ring(settings.encryption_keys, settings.resolved_encryption_keys_file)
    except KeyFileError as error:
        return broken(PART, str(error), "Mend it, or take the keys from a backup: what they encrypted needs them.")
    if keys.newest is not None:
        return ok(PART, f"{counted(len(keys.ids), 'key')}, {keys.newest.id} writes")
    outside = [name for name in (_temporal_host(), settings.api_host) if not is_loopback(name)]
    if outside:
        detail = f"off, and {' and '.join(outside)} can be reached from other machines: briefs lie in Temporal in clear"
        return broken(PART, detail, _ROTATE)
    return note(
        PART, "off: Temporal and the API are on this machine alone", "`pagewright encryption rotate` turns it on."
    )


def _temporal_host() -> str:
    """Return the host of the Temporal in use: the embedded one's unless TEMPORAL_ADDRESS names another."""
    if "TEMPORAL_ADDRESS" not in os.environ:
        return "127.0.0.1"
    address = ClientConfig.load_client_connect_config().get("target_host") or "localhost"
    host = address.rpartition(":")[0] or address
    return host.strip("[]")

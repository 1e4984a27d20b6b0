"""Tokens and the secrets that sign them, as they are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from api.guards.signing_key import SigningKey, SigningKeys
from cli.formats import ago, clean, or_nothing
from cli.screen.marks import status_cell
from cli.screen.table import Cell, Column, Fields, Row, Table
from domain.access import EVERY_SCOPE
from storage.token import TokenRow

_COLUMNS: Final = (
    Column("Token", narrow="whole"),
    Column("Status", narrow="whole"),
    Column("Tenant"),
    Column("User"),
    Column("Name"),
    Column("Scopes"),
    Column("Expires", narrow="drop"),
    Column("Minted", narrow="drop"),
    Column("By", narrow="drop"),
)


def token_table(tokens: Sequence[tuple[TokenRow, str]], now: datetime) -> Table:
    """Return a table of tokens, each with its status."""
    return Table(_COLUMNS, tuple(_row(row, status, now) for row, status in tokens), empty="No tokens.")


def token_as_json(row: TokenRow, status: str) -> dict[str, JsonValue]:
    """Return a token for scripts, without the token itself."""
    return {
        "id": row.id,
        "status": status,
        "tenant": row.tenant,
        "user": row.user,
        "name": row.name,
        "scopes": [scope.value for scope in row.scopes],
        "keyId": row.key_id,
        "createdBy": row.created_by,
        "createdAt": row.created_at.isoformat(),
        "expiresAt": row.expires_at.isoformat(),
        "revokedAt": None if row.revoked_at is None else row.revoked_at.isoformat(),
    }


def keys_fields(keys: SigningKeys, now: datetime) -> Fields:
    """Return which secret signs and until when the others are taken."""
    signer = keys.signer(now)
    return Fields(tuple((key.kid, _told(key, signer)) for key in keys.keys))


def keys_as_json(keys: SigningKeys, now: datetime) -> dict[str, JsonValue]:
    """Return which secret signs and until when the others are taken, without the secrets."""
    signer = keys.signer(now)
    return {
        "signs": None if signer is None else signer.kid,
        "keys": [
            {
                "kid": key.kid,
                "createdAt": key.created_at.isoformat(),
                "validUntil": None if key.valid_until is None else key.valid_until.isoformat(),
            }
            for key in keys.keys
        ],
    }


def _told(key: SigningKey, signer: SigningKey | None) -> Cell:
    if key is signer:
        return Cell("signs from now on", "good")
    if key.valid_until is None:
        return Cell("its tokens are taken until --drop-old", "held")
    return Cell(f"its tokens are taken until {key.valid_until:%Y-%m-%d %H:%M} UTC", "held")


def _row(row: TokenRow, status: str, now: datetime) -> Row:
    return (
        row.id,
        status_cell(status),
        row.tenant,
        Cell(row.user, "strong"),
        or_nothing(row.name),
        "all" if frozenset(row.scopes) == EVERY_SCOPE else " ".join(row.scopes),
        f"{row.expires_at:%Y-%m-%d %H:%M} UTC",
        ago(row.created_at, now),
        clean(row.created_by),
    )

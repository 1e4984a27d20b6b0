"""Tokens for tests, minted as the command line mints them."""

from datetime import UTC, datetime, timedelta

from api.guards.issuer import Issuer, Minted, Wish
from api.guards.machine import Operator
from api.guards.signing_key import SigningKeyFile, signing_keys_path
from domain.access import EVERY_SCOPE, Scope
from domain.ids import tenant_id, user_id
from settings import Settings
from storage.database import Database


def issuer_of(settings: Settings, database: Database) -> Issuer:
    """Return what mints tokens for an installation."""
    return Issuer(settings, database, SigningKeyFile(signing_keys_path(settings)), Operator("ops", "host.example"))


async def minted(
    issuer: Issuer,
    tenant: str = "harbour",
    scopes: frozenset[Scope] = EVERY_SCOPE,
    valid_for: timedelta = timedelta(hours=1),
    at: datetime | None = None,
) -> Minted:
    """Mint a token."""
    wish = Wish(tenant_id(tenant), user_id("ann"), scopes, valid_for, name="a test")
    return await issuer.mint(wish, at or datetime.now(UTC))

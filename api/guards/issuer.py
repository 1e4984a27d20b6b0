"""Minting, revoking and rotating, on the machine that has the database and the secrets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from ulid import ULID

from api.guards.bearer import Grant, signed
from api.guards.signing_key import SigningKey, SigningKeyFile, SigningKeys
from domain.access import Scope
from domain.ids import TenantId, TokenId, UserId, token_id
from settings import Settings
from storage.audit import AuditRecordRow, Details
from storage.database import Database
from storage.token import TokenRow


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token shall be good for, and for how long."""

    tenant: TenantId
    user: UserId
    scopes: frozenset[Scope]
    valid_for: timedelta
    name: str
    created_by: str


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token. The token itself is told here and nowhere else."""

    token: str = field(repr=False)
    row: TokenRow


@dataclass(frozen=True, slots=True)
class Issuer:
    """Everything that makes and ends tokens."""

    settings: Settings
    database: Database
    keys: SigningKeyFile

    async def mint(self, wish: Wish, now: datetime) -> Minted:
        """Sign a token and store what it is. The first one makes the first secret. Raises SigningKeysError."""
        key = self._signer(now)
        created_at = now.replace(microsecond=0)
        name = token_id(str(ULID()))
        expires_at = created_at + wish.valid_for
        grant = Grant(name, wish.tenant, wish.user, wish.scopes, created_at, expires_at)
        row = TokenRow(
            id=name,
            tenant=wish.tenant,
            user=wish.user,
            name=wish.name,
            scopes=tuple(sorted(wish.scopes)),
            key_id=key.kid,
            created_by=wish.created_by,
            created_at=created_at,
            expires_at=expires_at,
        )
        async with self.database.write() as uow:
            uow.tokens.add(row)
            after: Details = {"user": row.user, "scopes": [*map(str, row.scopes)], "expiresAt": expires_at.isoformat()}
            uow.audit.add(_record(row, "mint", wish.created_by, now, after))
        return Minted(signed(grant, key, self.settings), row)

    async def revoke(self, name: TokenId, now: datetime, by: str = "unknown") -> TokenRow | None:
        """End a token in every API process at once; `by` is who does it. None for one that was never minted here."""
        async with self.database.write() as uow:
            row = await uow.tokens.revoke(name, now)
            if row is not None and row.revoked_at == now:
                uow.audit.add(_record(row, "revoke", by, now, {"revoked": True}))
            return row

    def rotate(self, now: datetime, keep: timedelta | None) -> SigningKeys:
        """Let a new secret sign; tokens of the others are taken for `keep`, or until dropped.

        Raises SigningKeysError.
        """
        with self.keys.changing() as keys:
            rotated = keys.rotated(now, keep)
            self.keys.write(rotated)
        return rotated

    def drop_old(self, now: datetime) -> SigningKeys:
        """Take tokens of the newest secret only. Raises SigningKeysError."""
        with self.keys.changing() as keys:
            left = keys.without_old(now)
            self.keys.write(left)
        return left

    async def signed_with(self, kids: frozenset[str], now: datetime) -> int:
        """Return how many valid tokens some secrets have signed."""
        async with self.database.read() as uow:
            return sum(row.key_id in kids for row in await uow.tokens.valid(now))

    def _signer(self, now: datetime) -> SigningKey:
        signer = self.keys.read().signer(now)
        if signer is not None:
            return signer
        with self.keys.changing() as keys:
            signer = keys.signer(now)  # another process may have been first
            if signer is None:
                rotated = keys.rotated(now, None)
                self.keys.write(rotated)
                signer = rotated.keys[0]
        return signer


def _record(row: TokenRow, verb: str, by: str, now: datetime, after: Details) -> AuditRecordRow:
    """Return the audit record of a change that was made on this machine, past the API: `method` says so."""
    return AuditRecordRow(
        id=f"audit_{ULID()}",
        tenant=row.tenant,
        at=now,
        user=by,
        method="CLI",
        route=f"pagewright token {verb}",
        target=row.id,
        after=dict(after),
        status=HTTPStatus.OK,
    )

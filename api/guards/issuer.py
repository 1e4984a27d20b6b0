"""Minting, revoking and rotating, on the machine that has the database and the secrets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import JsonValue
from ulid import ULID

from api.guards.bearer import Grant, signed
from api.guards.machine import Deed, Operator, record_of
from api.guards.signing_key import SigningKey, SigningKeyFile, SigningKeys
from domain.access import Scope
from domain.ids import TenantId, TokenId, UserId, token_id
from settings import Settings
from storage.database import Database
from storage.token import TokenRow
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token shall be good for, and for how long."""

    tenant: TenantId
    user: UserId
    scopes: frozenset[Scope]
    valid_for: timedelta
    name: str


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token. The token itself is told here and nowhere else."""

    token: str = field(repr=False)
    row: TokenRow


@dataclass(frozen=True, slots=True)
class Issuer:
    """Everything that makes and ends tokens, each change with a record of who made it."""

    settings: Settings
    database: Database
    keys: SigningKeyFile
    by: Operator

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
            created_by=self.by.user,
            created_at=created_at,
            expires_at=expires_at,
        )
        async with self.database.write() as uow:
            uow.tokens.add(row)
            self._record(uow, now, _minting(row))
        return Minted(signed(grant, key, self.settings), row)

    async def revoke(self, name: TokenId, now: datetime) -> TokenRow | None:
        """End a token in every API process at once. None for one that was never minted here."""
        async with self.database.write() as uow:
            row = await uow.tokens.revoke(name, now)
            if row is not None and row.revoked_at == now:
                ended = Deed("token revoke", row.id, {"revoked": False}, {"revoked": True}, TenantId(row.tenant))
                self._record(uow, now, ended)
            return row

    async def rotate(self, now: datetime, keep: timedelta | None) -> SigningKeys:
        """Let a new secret sign; tokens of the others are taken for `keep`, or until dropped.

        Raises SigningKeysError.
        """
        return await self._change(now, lambda keys: keys.rotated(now, keep))

    async def drop_old(self, now: datetime) -> SigningKeys:
        """Take tokens of the newest secret only. Raises SigningKeysError."""
        return await self._change(now, lambda keys: keys.without_old(now))

    async def signed_with(self, kids: frozenset[str], now: datetime) -> int:
        """Return how many valid tokens some secrets have signed."""
        async with self.database.read() as uow:
            return sum(row.key_id in kids for row in await uow.tokens.valid(now))

    async def _change(self, now: datetime, change: Callable[[SigningKeys], SigningKeys]) -> SigningKeys:
        """Change the secrets and record it: the record is ready before the file is, and kept with it or not at all."""
        with self.keys.changing() as keys:
            changed = change(keys)
            signer = changed.signer(now)
            deed = Deed("token rotate-secret", signer.kid if signer else "none", _told(keys, now), _told(changed, now))
            async with self.database.write() as uow:
                self._record(uow, now, deed)
                await uow.flush()
                self.keys.write(changed)
        return changed

    def _record(self, uow: UnitOfWork, now: datetime, deed: Deed) -> None:
        uow.audit.add(record_of(deed, self.by, now))

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


def _minting(row: TokenRow) -> Deed:
    after: dict[str, JsonValue] = {
        "user": row.user,
        "scopes": [*map(str, row.scopes)],
        "expiresAt": row.expires_at.isoformat(),
        "signedWith": row.key_id,
    }
    return Deed("token mint", row.id, after=after, tenant=TenantId(row.tenant))


def _told(keys: SigningKeys, now: datetime) -> dict[str, JsonValue]:
    """Return what an audit record says of secrets: which signs, and until when each is taken."""
    signer = keys.signer(now)
    ends = {key.kid: None if key.valid_until is None else key.valid_until.isoformat() for key in keys.valid(now)}
    return {"signs": None if signer is None else signer.kid, "validUntil": {**ends}}

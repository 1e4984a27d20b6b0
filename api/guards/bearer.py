"""JSON Web Tokens (RFC 7519, 8725): made by `pagewright token mint`, checked on each request.

What checks them is a `Verifier`: tokens of an identity provider, whose public keys come from a JWKS, need another one
and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Protocol

import jwt
from pydantic import AfterValidator, BeforeValidator, ValidationError

from api.guards.signing_key import SigningKey, SigningKeyFile
from domain.access import Scope
from domain.ids import TenantId, TokenId, UserId, tenant_id, user_id
from domain.model import Document
from settings import Settings

ALGORITHM: Final = "HS256"
"""The only one, whatever a token says of itself."""

_REQUIRED: Final = ("exp", "iat", "nbf", "iss", "aud", "sub", "jti")
_LONGEST: Final = 4096
_KNOWN_SCOPES: Final = frozenset(Scope)


class InvalidTokenError(Exception):
    """A token that is not taken. Its text says why, without a word of what the token or our secrets hold."""


def _known(value: object) -> object:
    """Return the scopes of a list in one text (RFC 8693, 4.2), without those of another version of Pagewright."""
    return frozenset(value.split()) & _KNOWN_SCOPES if isinstance(value, str) else value


class Claims(Document):
    """What a token says. Its times are checked by whoever verifies it."""

    jti: TokenId
    tenant: Annotated[TenantId, AfterValidator(tenant_id)]
    sub: Annotated[UserId, AfterValidator(user_id)]
    scope: Annotated[frozenset[Scope], BeforeValidator(_known)] = frozenset()
    exp: datetime


class Verifier(Protocol):
    """Checks a token's signature and what it says, but not whether it was revoked."""

    def verify(self, token: str) -> Claims:
        """Return what the token says. Raises InvalidTokenError, or SigningKeysError when keys cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class SharedSecretVerifier:
    """Checks tokens that were signed with one of our own secrets."""

    keys: SigningKeyFile
    settings: Settings
    clock: Callable[[], datetime]

    def verify(self, token: str) -> Claims:
        """Return what the token says. Raises InvalidTokenError or SigningKeysError."""
        key = self._key(_header(token))
        try:
            claims = jwt.decode(
                token,
                key.secret.get_secret_value(),
                algorithms=[ALGORITHM],
                issuer=self.settings.token_issuer,
                audience=self.settings.token_audience,
                leeway=self.settings.token_leeway,
                options={"require": list(_REQUIRED), "strict_aud": True, "enforce_minimum_key_length": True},
            )
            return Claims.model_validate(claims)
        except jwt.PyJWTError as error:
            raise InvalidTokenError(_reason(error)) from None
        except (ValidationError, OverflowError):
            raise InvalidTokenError("it does not say whose it is in a way that is understood here") from None

    def _key(self, header: dict[str, Any]) -> SigningKey:
        if header.get("alg") != ALGORITHM:
            raise InvalidTokenError(f"it is not signed with {ALGORITHM}")
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise InvalidTokenError("it does not name the key that signed it (kid)")
        key = self.keys.read().named(kid, self.clock())
        if key is None:
            raise InvalidTokenError("the key that signed it is not known here, or was retired")
        return key


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new token shall say."""

    token: TokenId
    tenant: TenantId
    user: UserId
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime


def signed(grant: Grant, key: SigningKey, settings: Settings) -> str:
    """Return the token of a grant, which is told once and kept nowhere."""
    claims = {
        "iss": settings.token_issuer,
        "aud": settings.token_audience,
        "sub": grant.user,
        "tenant": grant.tenant,
        "scope": " ".join(sorted(grant.scopes)),
        "jti": grant.token,
        "iat": _seconds(grant.created_at),
        "nbf": _seconds(grant.created_at),
        "exp": _seconds(grant.expires_at),
    }
    return jwt.encode(claims, key.secret.get_secret_value(), ALGORITHM, headers={"kid": key.kid})


def is_signed(token: str) -> bool:
    """Whether a text is a JSON Web Token, of whomever."""
    try:
        _header(token)
    except InvalidTokenError:
        return False
    return True


def _header(token: str) -> dict[str, Any]:
    """Return what a token says of its signature, of which nothing is true before it is checked."""
    if len(token) > _LONGEST:
        raise InvalidTokenError(f"it is longer than {_LONGEST} characters")
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise InvalidTokenError("it is neither the owner's nor a signed token") from None


def _reason(error: jwt.PyJWTError) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "it is malformed")


_REASONS: Final[tuple[tuple[type[jwt.PyJWTError], str], ...]] = (
    (jwt.InvalidSignatureError, "its signature is not right"),
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.ImmatureSignatureError, "it is not valid yet; is a clock wrong?"),
    (jwt.InvalidIssuerError, "it is from another issuer"),
    (jwt.InvalidAudienceError, "it is for another audience"),
    (jwt.MissingRequiredClaimError, "it lacks a claim that is needed: " + ", ".join(_REQUIRED)),
    (jwt.InvalidAlgorithmError, f"it is not signed with {ALGORITHM}"),
)


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())

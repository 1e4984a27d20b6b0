"""Who asks, and what they may do.

Everything needs a bearer token but what is listed here, so that a new route is closed first; each route says with
`needs` which scope it takes.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, cast

import structlog
from fastapi import Depends, Request, Security, params
from fastapi.security import HTTPBearer, SecurityScopes
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.guards.bearer import Claims, InvalidTokenError, Verifier
from api.guards.signing_key import SigningKeysError
from api.problem import ProblemError, unavailable
from api.services import Services, services_in
from domain.access import EVERY_SCOPE
from domain.access import Scope as AccessScope
from domain.ids import OWNER_TENANT, OWNER_USER, TenantId, TokenId, UserId
from storage.database import is_away
from storage.token import TokenRow

PUBLIC: Final = frozenset({"/api/health", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"})
PUBLIC_BELOW: Final = ("/p/", "/docs/")
"""Published pages; what the docs are drawn with, which holds no data."""

_BEARER: Final = "bearer "
_STATE: Final = "caller"
_REALM: Final = 'Bearer realm="pagewright"'

BEARER: Final = HTTPBearer(
    auto_error=False,
    description="A token from `pagewright token mint`, or the owner's: `owner.token` in the data directory.",
)
"""Tells the docs how to authorize; the middleware below is what refuses."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and for which tenant: every query is scoped by it."""

    tenant: TenantId
    user: UserId
    scopes: frozenset[AccessScope]
    token_id: TokenId | None = None
    """Of a minted token; None for the owner's."""
    expires_at: datetime | None = None
    """None for the owner's, which ends when it is replaced."""

    @property
    def is_operator(self) -> bool:
        """Whether the caller belongs to the tenant whose installation this is."""
        return self.tenant == OWNER_TENANT


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Tells callers by their tokens."""

    owner_token: str = field(repr=False)
    verifier: Verifier

    async def caller(self, token: str, services: Services) -> Caller:
        """Return who sends a token. Raises InvalidTokenError, or SigningKeysError when that cannot be told.

        The row is read each time, so that a revocation holds at once in every API process.
        """
        if hmac.compare_digest(token.encode(), self.owner_token.encode()):
            return Caller(OWNER_TENANT, OWNER_USER, EVERY_SCOPE)
        claims = self.verifier.verify(token)
        async with services.database.read() as uow:
            row = await uow.tokens.get(claims.jti)
        if row is None or not _agree(claims, row):
            raise InvalidTokenError("it was not minted here")
        if row.revoked_at is not None:
            raise InvalidTokenError("it was revoked")
        return Caller(claims.tenant, claims.sub, claims.scope, claims.jti, claims.exp)


class Authentication:
    """Refuses requests without a token that is taken, before anything of them is read."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        """Guard `app`."""
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 401, or 503 when who asks cannot be told just now."""
        if scope["type"] == "http" and not is_public(scope["path"]):
            caller = await self._caller_or_refusal(scope)
            if isinstance(caller, ProblemError):
                await caller.response(scope["path"])(scope, receive, send)
                return
            scope.setdefault("state", {})[_STATE] = caller
            bind_contextvars(tenant=caller.tenant, **({"token": caller.token_id} if caller.token_id else {}))
        await self._app(scope, receive, send)

    async def _caller_or_refusal(self, scope: Scope) -> Caller | ProblemError:
        authorization = Headers(scope=scope).get("authorization", "")
        if authorization[: len(_BEARER)].lower() != _BEARER:
            return _no_token()
        try:
            return await self._authenticator.caller(authorization[len(_BEARER) :].strip(), services_in(scope))
        except InvalidTokenError as error:
            return _invalid_token(str(error))
        except SigningKeysError as error:
            return _cannot_tell("signing_keys_unavailable", error)
        except (SQLAlchemyError, OSError) as error:
            if not is_away(error):
                raise
            return _cannot_tell("database_unavailable", error.__cause__ or error)


async def still_valid(caller: Caller, services: Services) -> bool:
    """Whether a caller's token is neither revoked nor expired by now: for answers that take their time."""
    if caller.token_id is None:
        return True
    async with services.database.read() as uow:
        row = await uow.tokens.get(caller.token_id)
    return row is not None and row.is_valid(services.clock())


def is_public(path: str) -> bool:
    """Whether a path is answered without a token."""
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)


def caller_in(scope: Scope) -> Caller | None:
    """Return who sent the request of an ASGI scope; None for a public path."""
    state: Mapping[str, object] = scope.get("state", {})
    return cast("Caller | None", state.get(_STATE))


def _caller(request: Request) -> Caller:
    return cast("Caller", getattr(request.state, _STATE))


CallerDep = Annotated[Caller, Depends(_caller)]


def needs(*scopes: AccessScope) -> params.Security:
    """Return the dependency of a route that only a token with all of `scopes` may use; with none, any token may."""
    return Security(_in_scope, scopes=list(scopes))


def needs_one_of(*scopes: AccessScope) -> params.Depends:
    """Return the dependency of a route that takes a token with any of `scopes`: it tells by `require` which one.

    The route says so in its document with `ways_of`.
    """

    async def in_one(caller: CallerDep) -> None:
        if caller.scopes.isdisjoint(scopes):
            raise _missing_scope(" or ".join(scopes), scopes)

    return params.Depends(in_one)


def ways_of(*scopes: AccessScope) -> dict[str, object]:
    """Return what the document says of a route that takes a token with any of `scopes`."""
    return {"security": [{BEARER.scheme_name: [scope]} for scope in scopes]}


def require(caller: Caller, scope: AccessScope) -> None:
    """Return for a caller that has a scope. Raises ProblemError 403."""
    if scope not in caller.scopes:
        raise _missing_scope(scope, [scope])


async def _in_scope(
    wanted: SecurityScopes, caller: CallerDep, _bearer: Annotated[object, Security(BEARER)] = None
) -> None:
    missing = [scope for scope in wanted.scopes if scope not in caller.scopes]
    if missing:
        raise _missing_scope(" and ".join(missing), wanted.scopes)


def operates(*scopes: AccessScope) -> params.Security:
    """Return the dependency of a route on what all tenants share: `needs`, for tokens of the owner's tenant alone."""
    return Security(_operator, scopes=list(scopes))


async def _operator(caller: CallerDep, _in: Annotated[None, Security(_in_scope)]) -> None:
    if not caller.is_operator:
        detail = f"this is about what all tenants share; it takes a token of the tenant {OWNER_TENANT}"
        raise ProblemError(HTTPStatus.FORBIDDEN, "not_the_operator", detail)


def _agree(claims: Claims, row: TokenRow) -> bool:
    """Whether a token says no more than what was minted: a stolen secret alone makes no token that is taken."""
    is_theirs = (row.tenant, row.user) == (claims.tenant, claims.sub)
    return is_theirs and claims.scope <= frozenset(row.scopes) and claims.exp <= row.expires_at


def _missing_scope(missing: str, wanted: Iterable[str]) -> ProblemError:
    detail = f"this needs a token with the scope {missing}; yours lacks it"
    challenge = f'{_REALM}, error="insufficient_scope", scope="{" ".join(wanted)}"'
    return ProblemError(HTTPStatus.FORBIDDEN, "missing_scope", detail, headers={"WWW-Authenticate": challenge})


def _no_token() -> ProblemError:
    detail = (
        "this needs a token: Authorization: Bearer <token>; `pagewright token mint` makes one, the owner's is in "
        "owner.token in the data directory"
    )
    return ProblemError(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": _REALM})


def _invalid_token(reason: str) -> ProblemError:
    """Refuse a token as RFC 6750 says, 3.1."""
    challenge = f'{_REALM}, error="invalid_token", error_description="{reason}"'
    detail = f"this token is not taken: {reason}"
    return ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token", detail, headers={"WWW-Authenticate": challenge})


def _cannot_tell(code: str, error: BaseException) -> ProblemError:
    log.error("tokens cannot be checked", reason=str(error)[:300])
    return unavailable(code, "the token cannot be checked just now; the API's log says why")

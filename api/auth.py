"""Who asks, and what they may do.

Everything needs a bearer token but what is listed here, so that a new route is closed first; each route says with
`needs` which scope it takes.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final, cast

from fastapi import Depends, Request, Security, params
from fastapi.security import HTTPBearer, SecurityScopes
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.problem import ProblemError
from domain.access import EVERY_SCOPE
from domain.access import Scope as AccessScope
from domain.ids import OWNER_TENANT, OWNER_USER, TenantId, UserId

PUBLIC: Final = frozenset({"/api/health", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"})
PUBLIC_BELOW: Final = ("/p/", "/docs/")
"""Published pages; what the docs are drawn with, which holds no data."""

_BEARER: Final = "bearer "
_STATE: Final = "caller"

BEARER: Final = HTTPBearer(auto_error=False, description="The owner's token: `owner.token` in the data directory.")
"""Tells the docs how to authorize; the middleware below is what refuses."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and for which tenant: every query is scoped by it."""

    tenant: TenantId
    user: UserId
    scopes: frozenset[AccessScope]
    token_id: str | None = None
    """Of a minted token; None for the owner's."""


class Authentication:
    """Refuses requests without the token, before anything of them is read."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        """Guard `app` with the owner's token."""
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 401."""
        if scope["type"] == "http" and not is_public(scope["path"]):
            if not self._knows(Headers(scope=scope).get("authorization", "")):
                await _refusal().response(scope["path"])(scope, receive, send)
                return
            caller = Caller(OWNER_TENANT, OWNER_USER, EVERY_SCOPE)
            scope.setdefault("state", {})[_STATE] = caller
            bind_contextvars(tenant=caller.tenant)
        await self._app(scope, receive, send)

    def _knows(self, authorization: str) -> bool:
        if authorization[: len(_BEARER)].lower() != _BEARER:
            return False
        given = authorization[len(_BEARER) :].strip().encode()
        return hmac.compare_digest(given, self._token)


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


async def _in_scope(
    wanted: SecurityScopes, caller: CallerDep, _bearer: Annotated[object, Security(BEARER)] = None
) -> None:
    missing = [scope for scope in wanted.scopes if scope not in caller.scopes]
    if missing:
        detail = f"this needs a token with the scope {' and '.join(missing)}; yours lacks it"
        raise ProblemError(HTTPStatus.FORBIDDEN, "missing_scope", detail)


def _refusal() -> ProblemError:
    detail = "this needs the owner's token: Authorization: Bearer <token>; it is in owner.token in the data directory"
    return ProblemError(
        HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": 'Bearer realm="pagewright"'}
    )

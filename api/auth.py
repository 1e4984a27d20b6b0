"""Who asks: everything needs the owner's bearer token but what is listed here, so that a new route is closed first."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from api.problem import ProblemError
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
            caller = Caller(OWNER_TENANT, OWNER_USER)
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


def _caller(request: Request) -> Caller:
    return cast("Caller", getattr(request.state, _STATE))


CallerDep = Annotated[Caller, Depends(_caller)]


def _refusal() -> ProblemError:
    detail = "this needs the owner's token: Authorization: Bearer <token>; it is in owner.token in the data directory"
    return ProblemError(
        HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": 'Bearer realm="pagewright"'}
    )

"""GET /auth/me: what a token is good for. Tokens are minted and revoked on the machine (`pagewright token`)."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter

from api.guards.auth import CallerDep, needs
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.token import Identity
from domain.access import Scope
from domain.ids import TokenId

router = APIRouter(prefix="/auth", tags=["access"])

_IDENTITY: Final = Data(
    data=Identity(
        tenant="acme",
        user="reports",
        scopes=(Scope.JOBS_READ, Scope.USAGE_READ),
        token_id=TokenId("tok_01K3V8Z4M0E9C7B2Q5T1R6W8XY"),
        expires_at=datetime(2026, 12, 31, 12, tzinfo=UTC),
    )
)


@router.get(
    "/me",
    dependencies=[needs()],
    summary="See what your token may do",
    responses={**answered(HTTPStatus.OK, _IDENTITY), **problems(401)},
)
async def get_identity(caller: CallerDep) -> Data[Identity]:
    """Return the tenant, the user and the scopes of the token that asks."""
    return Data(
        data=Identity(
            tenant=caller.tenant,
            user=caller.user,
            scopes=tuple(sorted(caller.scopes)),
            token_id=caller.token_id,
            expires_at=caller.expires_at,
        )
    )

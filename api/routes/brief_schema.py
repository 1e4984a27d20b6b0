"""GET /api/brief-schema: what a brief may hold."""

from http import HTTPStatus

from fastapi import APIRouter
from pydantic import JsonValue

from api.guards.auth import needs
from api.intake.brief import brief_schema
from api.responses import problems
from api.schemas.envelope import Data

router = APIRouter(tags=["briefs"])


@router.get(
    "/api/brief-schema",
    dependencies=[needs()],
    summary="See what a brief may hold",
    responses={
        HTTPStatus.OK: {"content": {"application/json": {"example": {"data": {"type": "object", "properties": {}}}}}},
        **problems(401),
    },
)
async def get_brief_schema() -> Data[dict[str, JsonValue]]:
    """Return the JSON schema of a brief given as an object, with every limit."""
    return Data(data=brief_schema())

"""Health for supervisors and load balancers: whether the process answers, and whether work is done."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from api.actions.readiness import parts_of
from api.examples import health as examples
from api.responses import answered
from api.schemas.health import Health, Readiness
from api.services import ServicesDep
from api.version import VERSION

router = APIRouter(tags=["health"])


@router.get("/api/health", summary="Health", responses=answered(HTTPStatus.OK, examples.HEALTH))
@router.get(
    "/healthz", operation_id="get_liveness", summary="Liveness", responses=answered(HTTPStatus.OK, examples.HEALTH)
)
async def get_health() -> Health:
    """Answer, which is what is asked. Says nothing about what it needs: /readyz does."""
    return Health(status="ok", version=VERSION)


@router.get(
    "/readyz",
    summary="Readiness",
    responses={
        **answered(HTTPStatus.OK, examples.READY),
        HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness, "description": "A part is missing; `parts` says which"},
    },
)
async def get_readiness(services: ServicesDep, response: Response) -> Readiness:
    """Say whether work that comes in now is done now: database, Temporal, and a worker on each queue."""
    parts = await parts_of(services)
    is_ready = all(part.ready for part in parts)
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(status="ready" if is_ready else "not_ready", parts=parts)

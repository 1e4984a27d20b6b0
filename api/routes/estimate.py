"""POST /api/ai/estimate: what a brief will cost, before anything is asked."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body

from api.actions.submission import brief_of, language_of_tag
from api.examples import estimate as examples
from api.guards.audit import AuditDep
from api.guards.auth import CallerDep, needs
from api.intake.options import OptionsReader
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.estimate import Estimate, EstimateRequest
from api.services import ServicesDep
from domain.access import Scope

router = APIRouter(prefix="/api/ai/estimate", tags=["usage"])


@router.post(
    "",
    dependencies=[needs(Scope.JOBS_READ)],
    summary="Estimate what a brief will cost",
    responses={**answered(HTTPStatus.OK, examples.ESTIMATE), **problems(400, 401, 403, 413, 415, 422)},
)
async def estimate_job(
    services: ServicesDep,
    caller: CallerDep,
    audit: AuditDep,
    request: Annotated[EstimateRequest, Body(openapi_examples=examples.REQUESTS)],
) -> Data[Estimate]:
    """Return a range in USD, step by step, from the tenant's own calls to the same models or from sizes alone.

    Nothing is stored and no model is asked. It is the same estimate that a job keeps when it is submitted.
    """
    audit.nothing_changes()
    brief = brief_of(request.brief)
    if request.language is not None:
        language_of_tag(request.language)
    options = OptionsReader(services.settings, services.catalogue)
    route = options.route(request, services.catalogue.default_route(), unpriced=True)
    found = await services.forecaster.page(caller.tenant, brief, route)
    return Data(data=Estimate.of(found, options.cap(request)))

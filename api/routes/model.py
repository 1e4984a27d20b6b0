"""GET /api/models: which models a job may name."""

from http import HTTPStatus

from fastapi import APIRouter

from api.examples import model as examples
from api.guards.auth import needs
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.model import Model, ModelList
from api.services import ServicesDep
from domain.route import provider_of

router = APIRouter(tags=["models"])


@router.get(
    "/api/models",
    dependencies=[needs()],
    summary="List models",
    responses={**answered(HTTPStatus.OK, examples.MODELS), **problems(401)},
)
async def list_models(services: ServicesDep) -> Data[ModelList]:
    """Return the allow-list of this installation, and the route of a job that names none."""
    catalogue = services.catalogue
    models = tuple(
        Model(
            name=name,
            provider=provider_of(name),
            ai=catalogue.is_ai(name),
            price_known=catalogue.has_price(name),
        )
        for name in catalogue.names()
    )
    return Data(data=ModelList(models=models, default_route=catalogue.default_route()))

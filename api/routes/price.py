"""GET /api/ai/prices: what the models of the allow-list cost, and where that is known from."""

from http import HTTPStatus

from fastapi import APIRouter

from api.examples import price as examples
from api.guards.auth import needs
from api.responses import answered, problems
from api.schemas.envelope import Data
from api.schemas.price import Price, PriceListing
from api.services import ServicesDep
from domain.access import Scope
from providers.prices import PRICE_LIST, price_list

router = APIRouter(tags=["usage"])


@router.get(
    "/api/ai/prices",
    dependencies=[needs(Scope.USAGE_READ)],
    summary="List prices",
    responses={**answered(HTTPStatus.OK, examples.PRICES), **problems(401, 403)},
)
async def list_prices(services: ServicesDep) -> Data[PriceListing]:
    """Return what each model of the allow-list costs now, in USD a million tokens."""
    catalogue, now = services.catalogue, services.clock()
    in_use = price_list(now.date())
    return Data(
        data=PriceListing(
            price_list=PRICE_LIST,
            version=in_use.version,
            newest_change=in_use.newest_change,
            age_days=(now.date() - in_use.newest_change).days,
            models=tuple(Price.of(name, catalogue.quote(name, now)) for name in catalogue.names()),
        )
    )
